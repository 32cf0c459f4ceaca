#!/usr/bin/env python3
"""The one command of Common Thread. Try `python3 manage.py demo`.

Written so that an old Python can still read it and say in words what is missing.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Make sure that the locked environment is there, then hand over to Django."""
    from config import bootstrap

    bootstrap.ensure(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
