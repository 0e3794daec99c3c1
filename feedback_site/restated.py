"""Words of Django that this project's catalogues say in their own way: 您 for 你, 角色 for 组, full-width punctuation.

Nothing imports this module: its words are found by `feedback_site.messages` and kept in our catalogues, which come
before Django's. English readers see Django's own words.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

_("group")
_("groups")
_("The groups this user belongs to. A user will get all permissions granted to each of their groups.")
_("staff status")
_("Designates whether the user can log into this admin site.")
_("Change history: %s")
_("Change password: %s")
_("Set password: %s")
_("Sorting priority: %(priority_number)s")
_("You don’t have permission to view or edit anything.")
_("The {name} “{obj}” was added successfully. You may add another {name} below.")
_("The {name} “{obj}” was changed successfully. You may edit it again below.")
_("The {name} “{obj}” was changed successfully. You may add another {name} below.")
_("Your password was changed.")
_("Your old password was entered incorrectly. Please enter it again.")
_("Your password can’t be too similar to your other personal information.")
_("Your password can’t be a commonly used password.")
_("Your password can’t be entirely numeric.")
_(
    "Please enter your old password, for security’s sake, and then enter your new password twice so we can verify "
    "you typed it in correctly."
)
_("Select a valid choice. %(value)s is not one of the available choices.")
_("Select a valid choice. That choice is not one of the available choices.")
_("This field is required.")
_(
    "Please enter the correct %(username)s and password for a staff account. Note that both fields may be "
    "case-sensitive."
)
_(" By %(filter_title)s ")
_("Log out")
_("View site")
ngettext_lazy(
    "Your password must contain at least %(min_length)d character.",
    "Your password must contain at least %(min_length)d characters.",
    "min_length",
)
