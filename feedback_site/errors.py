"""The expected failures of the domain, handled in one place per edge (API, admin, command)."""


class DomainError(Exception):
    """Something a person or program asked for that the rules do not allow.

    `code` is the machine word of the contract's error shape, `message` one (translatable) sentence for people,
    `fields` maps field names to lists of sentences, `status` is the HTTP status that fits; `retry_after_seconds` says
    when it is worth trying again, if waiting helps.
    """

    code = "not_possible"
    status = 400
    message = ""
    retry_after_seconds: int | None = None

    def __init__(self, message=None, *, code=None, fields=None, status=None):
        self.code = code or self.code
        self.message = message or self.message
        self.fields = fields or {}
        self.status = status or self.status
        super().__init__(str(self.message))
