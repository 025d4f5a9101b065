"""A check of our own for schemathesis: an answer tells nobody how the service is built."""

import re

import schemathesis

# A line of a JavaScript stack, a file of a package, a message of the database's driver.
INSIDE = re.compile(rb"\n\s+at \S|node_modules|\bdist/service\b|SELECT .* FROM|INSERT INTO|syntax error at or near")


@schemathesis.check
def tells_nothing_of_the_inside(_context, response, _case):
    found = INSIDE.search(response.content)
    if found:
        raise AssertionError(f"the answer tells of the inside: {found.group(0)!r}")
