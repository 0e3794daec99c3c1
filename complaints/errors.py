"""What the desk refuses, with the code of the contract and a sentence for people."""

from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError


class MoveNotAllowed(DomainError):
    """The table knows no such move, or not from where the ticket stands."""

    code = "move_not_allowed"
    status = 409
    message = _("This is not possible where the ticket stands now.")


class TicketChanged(DomainError):
    """Somebody else moved the ticket after it was read."""

    code = "ticket_changed"
    status = 409
    message = _("Somebody else moved this ticket meanwhile. Look at it again; what you wrote is kept.")


class PermissionDenied(DomainError):
    """The person may not make this move, or not on this ticket."""

    code = "permission_denied"
    status = 403
    message = _("You may not do this.")


class FieldMissing(DomainError):
    """The move needs to be told more; `fields` says what."""

    code = "field_missing"
    status = 400
    message = _("Something is still missing.")


class FieldInvalid(DomainError):
    """Something that was told does not fit; `fields` says what and why."""

    code = "field_invalid"
    status = 400
    message = _("Some of this is not right.")


class NotVerified(DomainError):
    """The answer to a bad rating goes out, and the ticket is closed, after somebody outside the window verified it."""

    code = "not_verified"
    status = 409
    message = _("This bad rating has not been verified yet: somebody outside the window does that first.")


class NotIndependent(DomainError):
    """Whoever judges must have had nothing to do with it."""

    code = "not_independent"
    status = 403
    message = _("This is about you, your window or your own work: somebody else must do it.")


class LoopClosed(DomainError):
    """The step was made already, is not the next one, or its time is over."""

    code = "step_not_possible"
    status = 409
    message = _("This is not possible, or not any more.")
