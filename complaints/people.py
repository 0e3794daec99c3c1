"""How people who sign in are called on the desk's pages."""


def call_name(user) -> str:
    """Family name first and no space for Chinese names, as Django has it for others; the sign-in name when
    there is none.
    """
    if user is None:
        return ""
    if (user.last_name + user.first_name).isascii():
        return user.get_full_name() or user.get_username()
    return user.last_name + user.first_name
