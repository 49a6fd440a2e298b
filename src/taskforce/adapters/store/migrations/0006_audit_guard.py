"""The database itself refuses to change or remove an entry of the audit (ASVS 16.4.2).

Only what an entry says in detail may be emptied, with its salt (B18): the chain stays verifiable without.
"""

from typing import Any

from django.db import migrations

_KEPT = ("at", "who", "origin", "deed", "connection", "subject", "details_digest", "previous", "digest")
_SAYS = "entries of the audit are never changed"


def _sqlite(cursor: Any) -> None:
    same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _KEPT)
    cursor.execute(
        'CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON "store_auditrow" '
        f"WHEN NOT ({same} AND NEW.\"salt\" = '' AND NEW.\"details\" = '{{}}') "
        f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    )
    cursor.execute(
        'CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON "store_auditrow" '
        f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    )


def _postgresql(cursor: Any) -> None:
    same = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in _KEPT)
    cursor.execute(
        "CREATE FUNCTION audit_is_never_changed() RETURNS trigger AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND {same} AND NEW.\"salt\" = '' AND NEW.\"details\" = '{{}}'::jsonb "
        f"THEN RETURN NEW; END IF; RAISE EXCEPTION '{_SAYS}'; END $$ LANGUAGE plpgsql"
    )
    cursor.execute(
        'CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE ON "store_auditrow" '
        "FOR EACH ROW EXECUTE FUNCTION audit_is_never_changed()"
    )


def _guard(_apps: Any, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        (_postgresql if editor.connection.vendor == "postgresql" else _sqlite)(cursor)


class Migration(migrations.Migration):
    dependencies = [("store", "0005_sign_in")]
    operations = [migrations.RunPython(_guard)]
