"""The listening desk's own pages under /desk/: the board and list (D1), the page of a ticket (D2), registering.

Pure presenters (`columns`, `worktimer`, `saying`, `ruler`, `ways`, `likeness`) decide what is shown from values alone;
queries stand in `board`, `listing`, `ticket_page`, `similar`; the views are thin. The admin's pages stay for managers.
"""
