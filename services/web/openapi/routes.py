"""The document, and the page that shows it."""

from flask import Blueprint, Response, jsonify, render_template, request

from services.web.openapi.document import document
from services.web.openapi.shown import groups, schemas


def blueprint(cookie_name: str) -> Blueprint:
    """Return the routes of the document of a service whose cookie has this name."""
    bp = Blueprint("openapi", __name__)
    told = document(cookie_name)

    @bp.get("/api/v1/openapi.json")
    def as_json() -> Response:
        return jsonify(told)

    @bp.get("/api")
    def page() -> str:
        return render_template(
            "api.html", groups=groups(told, request.host_url.rstrip("/")), schemas=schemas(told)
        )

    return bp
