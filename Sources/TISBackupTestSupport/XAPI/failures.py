"""Errors of the API, in the forms that XAPI gives them."""

NULL = "OpaqueRef:NULL"


class Failure(Exception):
    """A code and its parameters, all of them text."""

    def __init__(self, *description):
        super().__init__(*description)
        self.description = [str(word) for word in description]


class Malformed(Exception):
    """A request that XAPI cannot even read: it answers with a page and code 500."""


class Dropped(Exception):
    """The connection ends in the middle of an answer."""
