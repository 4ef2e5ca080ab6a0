"""A stand-in for sqlcmd and osql with the server behind them: takes what those take, nothing else.

usage: client.py FOLDER sqlcmd|osql ARGUMENT...
FOLDER holds `server.json`, what the server is like; `calls.log` and `written.bak` are made there.
"""
import hashlib
import json
import os
import sys
import time

import tsql


class Failure(Exception):
    """What the client prints before it ends with an error."""


def message(number, text, *more):
    lines = [f'Msg {number}, Level 16, State 1, Server DB1, Line 1', text, *more]
    return Failure('\n'.join(lines))


def arguments(program, words):
    """The options by their letters; both programs take a value in the same word or the next."""
    flags = 'bE' if program == 'osql' else 'bEx'
    found, words = {}, list(words)
    while words:
        word = words.pop(0)
        letter = word[1:2]
        if word[:1] != '-' or not letter or letter in found:
            raise Failure(f"'{word}': Unknown Option. Enter '-?' for help.")
        if letter in flags and len(word) == 2:
            found[letter] = True
        elif letter in 'dShwQU':
            found[letter] = word[2:] or (words.pop(0) if words else '')
        else:
            raise Failure(f"'{word}': Unknown Option. Enter '-?' for help.")
    expected = set('bdShwQ') | ({'U'} if 'U' in found else {'E'})
    if set(found) - {'x'} != expected or (program == 'sqlcmd') != ('x' in found):
        raise Failure(f'these options are not meant: {sorted(found)}')
    return found


def log_in(server, program, options):
    if program != ('osql' if server['isOld'] else 'sqlcmd'):
        raise Failure('the server is of another time than this client')
    if options['S'] != server['instance'] or options['d'] != 'master':
        raise Failure(
            'Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : A network-related or '
            'instance-specific error has occurred while establishing a connection to SQL Server.')
    if 'E' in options and server['user'] is None:
        return
    variable = 'OSQLPASSWORD' if program == 'osql' else 'SQLCMDPASSWORD'
    user, password = options.get('U', 'DB1\\Administrateur'), os.environ.get(variable)
    if user != server['user'] or password != server['password']:
        raise Failure(
            "Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : "
            f"Login failed for user '{user}'.")


def content(database):
    """A file that begins as the tape format does, and ends with a checksum of what is before."""
    body = b'TAPE' + database.encode() + hashlib.shake_256(database.encode()).digest(300_000)
    return body + hashlib.sha256(body).digest()


def back_up(server, folder, database, path):
    fault = server['fault']
    if database not in server['databases']:
        raise message(
            911, f"Database '{database}' does not exist. Make sure that the name is entered correctly.",
            'BACKUP DATABASE is terminating abnormally.')
    device = f"Cannot open backup device '{path}'. Operating system error"
    if os.path.exists(path):
        raise message(3201, f'{device} 80(The file exists.)')
    if fault == 'denied':
        raise message(3201, f'{device} 5(Access is denied.)')
    if fault == 'nothing':
        return
    whole = b'Welcome to the server' if fault == 'text' else content(database)
    is_cut = fault in ('full', 'cut', 'hang')
    with open(path, 'wb') as file:
        file.write(whole[:100_000] if is_cut else whole)
    if fault == 'full':
        raise message(3202, f"Write on '{path}' failed: 112(There is not enough space on the disk.)")
    if fault == 'hang':
        while not os.path.exists(f'{folder}/release'):
            time.sleep(0.02)
        raise message(3013, 'BACKUP DATABASE is terminating abnormally.')
    with open(f'{folder}/written.bak', 'wb') as file:
        file.write(whole)
    print('100 percent processed.\nBACKUP DATABASE successfully processed 42 pages.')


def verify(server, path):
    with open(path, 'rb') as file:
        whole = file.read()
    is_whole = hashlib.sha256(whole[:-32]).digest() == whole[-32:]
    if server['fault'] == 'verify' or not is_whole and server['fault'] != 'text':
        raise message(
            3189, 'Damage to the backup set was detected.',
            'VERIFY DATABASE is terminating abnormally.')
    print('The backup set on file 1 is valid.')


def perform(folder, program, words):
    with open(f'{folder}/server.json', encoding='utf-8') as file:
        server = json.load(file)
    options = arguments(program, words)
    with open(f'{folder}/calls.log', 'a', encoding='utf-8') as file:
        print(options['Q'], file=file)
    log_in(server, program, options)
    if server['fault'] == '255':
        sys.exit(255)
    kind, *values = tsql.parse(options['Q'], server['isOld'])
    if kind == 'backup':
        back_up(server, folder, *values)
    elif kind == 'verify':
        verify(server, *values)
    else:
        is_known = values[0] in server['databases']
        right = int(is_known and server['fault'] != 'denied')
        print(f'tisbackup {8 if server["isOld"] else 16}.0.1000.6 {int(is_known)} {right}')


try:
    perform(sys.argv[1], sys.argv[2], sys.argv[3:])
except (Failure, tsql.WrongSyntax) as failure:
    print(failure)
    sys.exit(1)
