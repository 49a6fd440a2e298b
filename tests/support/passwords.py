"""Passwords hashed as in the product, with less work: hundreds of tests add somebody and sign in."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2id with the least memory; `test_store_passwords` holds the product to the real cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
