"""One test database for the whole run: the one named by DB_NAME, or one of its own that is dropped afterwards."""

import os

import pytest

OWN_DATABASE = "DB_NAME" not in os.environ
# Tryton's test support reads the name when it is imported, so it is set before.
os.environ.setdefault("DB_NAME", f"test_collecting_society_{os.getpid()}")


@pytest.fixture(scope="session")
def database():
    """The name of a database in which the module is active."""
    from trytond.tests import test_tryton

    test_tryton.activate_module("collecting_society")
    yield test_tryton.DB_NAME
    if OWN_DATABASE:
        test_tryton.drop_db()


@pytest.fixture
def transaction(database):
    """A transaction of the administrator that is rolled back after the test."""
    from trytond.transaction import Transaction

    with Transaction().start(database, 1) as transaction:
        yield transaction
        transaction.rollback()
