"""How the API's documents describe who is calling."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


def token_scheme(target, name, description):
    """Register a scheme `Authorization: <keyword> <token>` for an authentication class given by its path."""
    return type(
        f"{name}Scheme",
        (OpenApiAuthenticationExtension,),
        {
            "target_class": target,
            "name": name,
            "get_security_definition": lambda self, auto_schema: {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": description,
            },
        },
    )


TabletScheme = token_scheme("ratings.api.authentication.TabletAuthentication", "Tablet", "`Tablet <token>`, see enrol")
SendingTabletScheme = token_scheme(
    "ratings.api.authentication.SendingTabletAuthentication",
    "SendingTablet",
    "`Tablet <token>`, also of a tablet that was replaced or moved and finishes sending",
)
ServiceScheme = token_scheme("ratings.api.authentication.ServiceAuthentication", "Service", "`Service <token>`")


class SessionScheme(OpenApiAuthenticationExtension):
    """The browser's session cookie."""

    target_class = "feedback_site.api.SignedInAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def failures_everywhere(result, generator, request, public):
    """drf-spectacular's last step: whatever else an endpoint answers has the one error shape."""
    failure = {"$ref": "#/components/schemas/Failure"}
    answer = {"content": {"application/json": {"schema": failure}}, "description": "Any failure"}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"].setdefault("default", answer)
    return result
