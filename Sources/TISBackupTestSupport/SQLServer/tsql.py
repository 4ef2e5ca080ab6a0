"""Reads the few statements of Transact-SQL that a backup needs, token by token."""
import re

TOKEN = re.compile(
    r"(?P<name>\[(?:[^\]]|\]\])*\])|(?P<text>N?'(?:[^']|'')*')|(?P<word>[A-Za-z_]+)"
    r"|(?P<number>[0-9]+)|(?P<sign>[=,;+().])")


class WrongSyntax(Exception):
    """A statement of which the server understands nothing from `near` on."""

    def __init__(self, near):
        super().__init__(
            f"Msg 102, Level 15, State 1, Server DB1, Line 1\nIncorrect syntax near '{near}'.")


def tokens(statement):
    found, place = [], 0
    while place < len(statement):
        if statement[place].isspace():
            place += 1
            continue
        match = TOKEN.match(statement, place)
        if not match:
            raise WrongSyntax(statement[place:])
        kind, text = match.lastgroup, match.group()
        if kind == 'name':
            text = text[1:-1].replace(']]', ']')
        elif kind == 'text':
            text = text[text.index("'") + 1:-1].replace("''", "'")
        found.append((kind, text))
        place = match.end()
    return found


class Pattern:
    """A statement in which `?` stands for a name and `$` for a text, which are given back."""

    def __init__(self, statement):
        self.tokens = [part for word in statement.split() for part in self.split(word)]

    @staticmethod
    def split(word):
        return [(None, word)] if word in '?$' else tokens(word)

    def values(self, found):
        if len(found) != len(self.tokens):
            return None
        values = []
        for (kind, text), (expected, word) in zip(found, self.tokens):
            if expected is None:
                if kind != {'?': 'name', '$': 'text'}[word]:
                    return None
                values.append(text)
            elif (kind, text) != (expected, word):
                return None
        return values


BACKUP = Pattern(
    'BACKUP DATABASE ? TO DISK = $ WITH INIT , NOUNLOAD , NAME = $ , NOSKIP , STATS = 10 , '
    'NOFORMAT , CHECKSUM')
OLD_BACKUP = Pattern('BACKUP DATABASE ? TO DISK = $ WITH FORMAT')
VERIFY = Pattern('RESTORE VERIFYONLY FROM DISK = $ WITH CHECKSUM')
QUESTION_START = (
    'SET NOCOUNT ON ; SELECT $ + CONVERT ( nvarchar ( 60 ) , SERVERPROPERTY ( $ ) ) + $ '
    '+ CONVERT ( nvarchar ( 9 ) , ( SELECT COUNT ( * ) FROM master . . sysdatabases '
    'WHERE name = $ ) ) + $ + CONVERT ( nvarchar ( 9 ) , ').replace(' * ', ' ')
QUESTION = Pattern(
    QUESTION_START + 'ISNULL ( HAS_PERMS_BY_NAME ( $ , $ , $ ) , 0 ) )')
OLD_QUESTION = Pattern(QUESTION_START + '1 )')


def parse(statement, is_old):
    """What is asked for: ('backup', DATABASE, FILE), ('verify', FILE) or ('question', DATABASE)."""
    found = tokens(statement.replace('COUNT(*)', 'COUNT()'))
    values = (OLD_BACKUP if is_old else BACKUP).values(found)
    if values:
        if not is_old and values[2] != f'Backup {values[0]}':
            raise WrongSyntax(values[2])
        return 'backup', values[0], values[1]
    values = None if is_old else VERIFY.values(found)
    if values:
        return 'verify', values[0]
    values = (OLD_QUESTION if is_old else QUESTION).values(found)
    if not values:
        raise WrongSyntax(statement)
    if not is_old and tokens(values[5]) != [('name', values[3])]:
        raise WrongSyntax(values[5])
    return 'question', values[3]
