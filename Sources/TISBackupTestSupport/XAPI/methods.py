"""Which methods there are: modules list theirs with `method`."""

import inspect

METHODS = {}


class Method:
    """A method; its parameters are those of the function after the first, the call itself."""

    def __init__(self, function, operation, is_asynchronous):
        self.function = function
        self.operation = operation
        self.is_asynchronous = is_asynchronous
        self.parameters = list(inspect.signature(function).parameters.values())[1:]
        self.minimum = sum(one.default is inspect.Parameter.empty for one in self.parameters)
        self.maximum = len(self.parameters)


def method(name, operation=None, is_asynchronous=True):
    """Lists a function as a method; `operation` is what it counts as while it runs on a machine."""

    def enlist(function):
        METHODS[name] = Method(function, operation, is_asynchronous)
        return function

    return enlist


class Call:
    """One call on its way: where it came in, who asked, what for."""

    def __init__(self, pool, faults, host, session=None, task=None):
        self.pool, self.faults, self.host = pool, faults, host
        self.session, self.task = session, task
