"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView

from taskforce.web.access import public

sign_in = public(LoginView.as_view(template_name="web/sign_in.html", redirect_authenticated_user=True))
sign_out = public(LogoutView.as_view())
