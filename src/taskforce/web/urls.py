"""Every address of the pages."""

from django.urls import path

from taskforce.web.api import urls as api
from taskforce.web.views import (
    admin,
    audit,
    connections,
    dashboard,
    doctor,
    extension,
    health,
    mail,
    notification,
    own_security,
    people,
    removal,
    runs,
    sign_in,
    tokens,
)

_EXTENSION = "admin/extensions/other/salesforce/"

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("set-up/", sign_in.set_up, name="set_up"),
    path("invitation/<str:uidb64>/<str:token>/", sign_in.invitation, name="invitation"),
    path("profile/security/", own_security.security, name="own_security"),
    path("profile/security/sign-out/", own_security.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("connections/<str:name>/progress/", connections.progress, name="progress"),
    path("connections/<str:name>/launch/", connections.launch, name="launch"),
    path("connections/<str:name>/stop/", connections.stop, name="stop"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("admin/", admin.admin, name="admin"),
    path("admin/users/", people.users, name="users"),
    path("admin/users/invite/", people.invite, name="invite"),
    path("admin/users/<str:username>/", people.change, name="change_user"),
    path("admin/audit/", audit.audit, name="audit"),
    path("admin/mail/", mail.mail, name="mail"),
    path("admin/mail/test/", mail.try_mail, name="try_mail"),
    path("admin/extensions/", admin.extensions, name="admin_extensions"),
    path("admin/extensions/other/", admin.other_extensions, name="admin_other_extensions"),
    path(_EXTENSION, admin.salesforce, name="salesforce"),
    path(f"{_EXTENSION}add/", extension.add, name="extension_add"),
    path(f"{_EXTENSION}add/test/", extension.test_new, name="extension_test_new"),
    path(f"{_EXTENSION}connections/<str:name>/", extension.general, name="extension"),
    path(f"{_EXTENSION}connections/<str:name>/test/", extension.test, name="extension_test"),
    path(f"{_EXTENSION}connections/<str:name>/live/", extension.live, name="extension_live"),
    path(f"{_EXTENSION}connections/<str:name>/notification/", notification.notification, name="notification"),
    path(f"{_EXTENSION}connections/<str:name>/resources/", notification.read_resources, name="read_resources"),
    path(f"{_EXTENSION}connections/<str:name>/remove/", removal.remove, name="remove_connection"),
    path("doctor/", doctor.doctor, name="doctor"),
    path("doctor/<str:name>/", doctor.examine, name="examine"),
    path("admin/tokens/", tokens.tokens, name="tokens"),
    path("admin/tokens/add/", tokens.add, name="add_token"),
    path("admin/tokens/revoke/", tokens.revoke, name="revoke_token"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    *api.urlpatterns,
]
handler400 = "taskforce.web.views.errors.not_understood"
handler404 = "taskforce.web.views.errors.not_found"
handler500 = "taskforce.web.views.errors.defect"
