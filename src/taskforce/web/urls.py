"""Every address of the pages."""

from django.urls import path

from taskforce.web.views import connections, dashboard, runs, sign_in

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("connections/<str:name>/progress/", connections.progress, name="progress"),
    path("connections/<str:name>/launch/", connections.launch, name="launch"),
    path("connections/<str:name>/stop/", connections.stop, name="stop"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", runs.run, name="run"),
]
handler400 = "taskforce.web.views.errors.not_understood"
handler404 = "taskforce.web.views.errors.not_found"
handler500 = "taskforce.web.views.errors.defect"
