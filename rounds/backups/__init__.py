"""Backups that hold what people wrote only in boxes, each shut for ever once the round's words have gone (ADR 17).

`taking.take` writes an archive, `restoring.restore` makes an installation of one: from SQLite or PostgreSQL, to
either. An archive is a ZIP file:

    manifest.json           what it is, the migrations of its tables, how many rows each has
    tables/<app.model>      a row per line, as JSON lists in the order of the manifest's columns
    words/<round id>        a box of one round's words: AES-256-GCM under its words' key (rounds/word_keys.py)
"""
