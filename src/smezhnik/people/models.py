"""Users, links that let them in once, recovery codes, sessions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from smezhnik.records.access import Viewer
from smezhnik.registry.models import Organisation
from smezhnik.types import ROLES


class UserManager(BaseUserManager["User"]):
    """Finds users by login in any case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login=(username or "").strip().casefold())


class User(AbstractBaseUser):
    """Somebody who works here, in one role.

    Attributes
    ----------
    login : folded, so that «Иванова» and «иванова» are one
    role, region, organisation : see ``records.access.Viewer``
    exports : may take lists away
    second_factor : secret of the one-time codes, sealed (``sealing``); empty where none is set up
    password_at : when the password was set last; a profile may demand another one after so many days
    """

    login = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])
    region = models.CharField(max_length=20, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    exports = models.BooleanField(default=False)
    lang = models.CharField(max_length=2, default="ru")
    second_factor = models.CharField(max_length=200, blank=True)
    last_code = models.BigIntegerField(default=0)
    password_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = UserManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar = ["role"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.login = self.login.strip().casefold()
        super().save(*args, **kwargs)

    @property
    def viewer(self) -> Viewer:
        """Who looks, as the record rooms know it."""
        return Viewer(self.login, self.role, self.region, self._organisation, self.exports)

    @property
    def _organisation(self) -> int | None:
        """The plant that the user speaks for; of one that was merged, the record that it lives on in.

        It is asked for each time and not moved by the merge, so that a plant whose merge is undone has its user again.
        """
        found, seen = self.organisation, set[int]()
        while found is not None and found.archived and found.merged_into and found.pk not in seen:
            seen.add(found.pk)
            found = Organisation.objects.filter(public_id=found.merged_into).first()
        return found.pk if found is not None else None


class Invitation(models.Model):
    """A link that lets one user set a password, once and for some days; only the hash of its secret is kept."""

    user = models.ForeignKey(User, models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that stands in for the second factor once; hashed like a password."""

    user = models.ForeignKey(User, models.CASCADE)
    digest = models.CharField(max_length=200)


class Visit(models.Model):
    """A session: from where, since when; ending it signs its user out."""

    user = models.ForeignKey(User, models.CASCADE, related_name="visits")
    session = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)


class Token(models.Model):
    """A key to the API: what it may do and until when; only its hash is kept.

    ``feed``: no key to the API but the secret part of an address at which a calendar program reads deadlines.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    writes = models.BooleanField(default=False)
    feed = models.BooleanField(default=False)
    until = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
