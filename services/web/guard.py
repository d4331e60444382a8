"""The door: nobody passes without the token or the cookie that stands for it."""

from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from services.web.access import COOKIE_LIFETIME_S, Access
from services.web.attempts import PERIOD_S, Attempts
from services.web.problems import problem, wants_problem

OPEN_ENDPOINTS = frozenset({"static", "probes.healthz", "probes.readyz", "guard.sign_in"})

FORMS_ONLY = ("/sign-in", "/sign-out")
"""Nobody is sent there: they show nothing."""

WRONG = "This is not the token."
TOO_MANY = "Too many wrong tokens came from your address. Wait a minute, then try again."
ELSEWHERE = "This form was sent by another site."


def blueprint(access: Access, attempts: Attempts) -> Blueprint:
    """Return the guard of every other blueprint, and the pages to sign in and out."""
    bp = Blueprint("guard", __name__)
    door = Door(access, attempts)

    bp.before_app_request(door.check)

    @bp.post("/sign-in")
    def sign_in() -> AnyResponse:
        target = local_path(request.form.get("next", "/"))
        return door.try_token(request.form.get("token", "").strip(), target)

    @bp.get("/sign-in")
    def sign_in_page() -> AnyResponse:
        # Who comes as far as this is signed in; who is not was shown the form.
        return redirect("/", 303)

    @bp.post("/sign-out")
    def sign_out() -> AnyResponse:
        answer = redirect("/", 303)
        answer.delete_cookie(
            access.cookie_name, httponly=True, samesite="Lax", secure=access.secure or request.is_secure
        )
        return answer

    return bp


class Door:
    """Decides about each request.

    Args:
        access: knows the token.
        attempts: remembers who guessed wrong.
    """

    def __init__(self, access: Access, attempts: Attempts) -> None:
        self._access = access
        self._attempts = attempts

    def check(self) -> AnyResponse | None:
        """Return None if the request may pass, or the answer that it gets instead."""
        if request.method == "POST" and _from_elsewhere():
            return _refusal(403, ELSEWHERE)
        if request.endpoint in OPEN_ENDPOINTS:
            return None
        signed_in = self._access.is_cookie(request.cookies.get(self._access.cookie_name, ""))
        if request.method == "GET" and "token" in request.args:
            # An old address, in a bookmark, is no reason to ask who is signed in already.
            target = _without_token()
            return redirect(target, 303) if signed_in else self.try_token(request.args["token"], target)
        kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._refused(bearer.strip())
        return None if signed_in else _refusal(401, "")

    def try_token(self, token: str, target: str) -> AnyResponse:
        """Sign in with a token and go to `target`, or return the sign-in page."""
        refused = self._refused(token)
        if refused is not None:
            return refused
        answer = redirect(target, 303)
        answer.set_cookie(
            self._access.cookie_name,
            self._access.new_cookie(),
            max_age=COOKIE_LIFETIME_S,
            httponly=True,
            samesite="Lax",
            secure=self._access.secure or request.is_secure,
        )
        return answer

    def _refused(self, token: str) -> AnyResponse | None:
        # First, so that nobody's guesses lock out who has the token.
        if self._access.is_token(token):
            return None
        address = request.remote_addr or ""
        if self._attempts.blocked(address):
            answer = _refusal(429, TOO_MANY)
            answer.headers["Retry-After"] = str(round(PERIOD_S))
            return answer
        self._attempts.failed(address)
        return _refusal(401, WRONG)


def local_path(target: str) -> str:
    """Return a path on this very site, whatever `target` is: nobody is sent elsewhere after signing in."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    path = "/" + quote(parts.path.lstrip("/\\"))
    if path in FORMS_ONLY:
        return "/"
    return f"{path}?{parts.query}" if parts.query else path


def _without_token() -> str:
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "token"]
    return local_path(request.path) + (f"?{urlencode(rest)}" if rest else "")


def _from_elsewhere() -> bool:
    """Return whether a browser says that another site sent the request, or does not say which.

    Over plain HTTP browsers send no `Sec-Fetch-Site`; a page on another port of this host is then told by
    its `Origin` alone, which it can make `null`. Programs send neither; where a browser does not, the
    cookie's SameSite holds.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.host
    except ValueError:
        return True


def _refusal(status: int, message: str) -> AnyResponse:
    if wants_problem(request):
        answer: Response = problem(status, message or "A token is needed: Authorization: Bearer TOKEN.")
    else:
        target = "/" if request.method == "POST" else _without_token()
        if request.endpoint == "guard.sign_in":
            target = local_path(request.form.get("next", "/"))
        page = render_template("sign_in.html", message=message, target=target)
        answer = Response(page, status, content_type="text/html; charset=utf-8")
    if status == 401:  # noqa: PLR2004  the one status that names a scheme
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Mien"'
    return answer
