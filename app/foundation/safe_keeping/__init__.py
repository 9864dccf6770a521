"""Safe keeping 备份: one archive of the whole installation, made while it works, and the way back from it.

``archive`` is the file's format, ``keys`` wraps the data key with a passphrase, ``dumping`` and ``restoring`` speak with PostgreSQL's own
programs, ``rotation`` says which backups stay, ``nightly`` makes one every night, ``state`` says in words how things stand.
"""
