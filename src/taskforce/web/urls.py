"""Every address of the pages."""

from django.urls import path

from taskforce.web.views import connections, dashboard, records, review, runs, sign_in

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("connections/<str:name>/progress/", connections.progress, name="progress"),
    path("connections/<str:name>/launch/", connections.launch, name="launch"),
    path("connections/<str:name>/stop/", connections.stop, name="stop"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("records/", records.records, name="records_all"),
    path("records.csv", records.records_csv, name="records_all_csv"),
    path("connections/<str:name>/records/", records.records, name="records"),
    path("connections/<str:name>/records.csv", records.records_csv, name="records_csv"),
    path("connections/<str:name>/records/<str:source_id>/", records.record, name="record"),
    path("connections/<str:name>/records/<str:source_id>/look/", records.look, name="record_look"),
    path("connections/<str:name>/records/<str:source_id>/decide/", records.decide, name="record_decide"),
    path("review/", review.review, name="review"),
    path("connections/<str:name>/review/decide/", review.decide_many, name="review_decide"),
]
handler400 = "taskforce.web.views.errors.not_understood"
handler404 = "taskforce.web.views.errors.not_found"
handler500 = "taskforce.web.views.errors.defect"
