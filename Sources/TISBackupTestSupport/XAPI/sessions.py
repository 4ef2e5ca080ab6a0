"""Logging in and out."""

import time

from methods import method
from failures import Failure


@method("session.login_with_password", is_asynchronous=False)
def login(call, user: str, password: str, version: str = "", originator: str = ""):
    fault = call.faults.take("login", call.host)
    if fault:
        raise Failure(*fault["error"])
    settings = call.pool.settings
    master = call.faults.entry("master")
    master = master["index"] if master else settings["master"]
    if call.host != master:
        raise Failure("HOST_IS_SLAVE", settings["addresses"][master])
    if (user, password) != (settings["user"], settings["password"]):
        time.sleep(settings["login_delay"])
        raise Failure("SESSION_AUTHENTICATION_FAILED", user, "Authentication failure")
    return open_session(call.pool, user, originator)


def open_session(pool, user, originator):
    session = "OpaqueRef:" + pool.identity()
    pool.sessions[session] = {"user": user, "originator": originator, "calls": 0}
    return session


@method("session.logout", is_asynchronous=False)
def logout(call):
    del call.pool.sessions[call.session]
    return ""
