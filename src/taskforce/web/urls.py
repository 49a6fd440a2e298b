"""Every address of the pages."""

from django.urls import path

from taskforce.web.api import urls as api
from taskforce.web.views import connections, dashboard, doctor, health, runs, sign_in, tokens

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("connections/<str:name>/progress/", connections.progress, name="progress"),
    path("connections/<str:name>/launch/", connections.launch, name="launch"),
    path("connections/<str:name>/stop/", connections.stop, name="stop"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", runs.run, name="run"),
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
