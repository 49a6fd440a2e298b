"""Settings of the installation, from the environment (`TASKFORCE_…`)."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class InstallationSettings(BaseSettings):
    """Where this installation keeps everything, and which database it uses.

    `TASKFORCE_HOME` is the folder of database, key file and logs; `TASKFORCE_DATABASE_URL` names a PostgreSQL database
    ("postgresql://user:password@host:5432/name") instead of the SQLite file in that folder. `TASKFORCE_PAGES_HOST` and
    `TASKFORCE_PAGES_PORT` say where the pages are served; port 0 takes any that is free. `TASKFORCE_METRICS_TOKEN` is a
    token with which `/metrics` may be read, and nothing else.
    """

    model_config = SettingsConfigDict(env_prefix="TASKFORCE_", env_ignore_empty=True, frozen=True)

    home: Path = Field(default_factory=lambda: user_data_path("taskforce"))
    database_url: str = ""
    log_level: str = "WARNING"
    pages_host: str = "127.0.0.1"
    pages_port: int = Field(default=8470, ge=0, le=65535)
    metrics_token: str = Field(default="", repr=False)

    @property
    def database_file(self) -> Path:
        """The SQLite database."""
        return self.home / "taskforce.sqlite3"

    @property
    def key_file(self) -> Path:
        """The key that encrypts secrets at rest; mode 0600, outside the database."""
        return self.home / "secrets.key"

    @property
    def last_backup_file(self) -> Path:
        """An empty file whose date tells when the database was last backed up."""
        return self.home / "last-backup"
