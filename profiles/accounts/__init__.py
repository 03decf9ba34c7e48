"""Who proves that people are who they say: this product itself, or a user pool of Cognito."""

from profiles.accounts.chosen import chosen, keeps_own_passwords, remove_logins

__all__ = ["chosen", "keeps_own_passwords", "remove_logins"]
