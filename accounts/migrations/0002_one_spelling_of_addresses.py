from django.conf import settings
from django.db import migrations

from journal.addresses import mailbox

#: Addresses in ASCII alone: mailbox() spells them no other way.
ASCII = r"^[ -~]*$"


def spell_alike(apps, schema_editor):
    """Accounts, their addresses and invitations get addresses as mailbox() spells them."""
    User, Invitation = apps.get_model("accounts", "User"), apps.get_model("accounts", "Invitation")
    EmailAddress = apps.get_model("account", "EmailAddress")
    for user in list(User.objects.exclude(email__regex=ASCII).order_by("pk")):
        twin = User.objects.filter(email=mailbox(user.email)).exclude(pk=user.pk).first()
        if twin is not None:
            user = join(apps, user, twin)
        User.objects.filter(pk=user.pk).update(email=mailbox(user.email))
    for address in list(EmailAddress.objects.exclude(email__regex=ASCII).order_by("pk")):
        if EmailAddress.objects.filter(email=mailbox(address.email)).exists():
            address.delete()
        else:
            EmailAddress.objects.filter(pk=address.pk).update(email=mailbox(address.email))
    for invitation in list(Invitation.objects.exclude(email__regex=ASCII).order_by("pk")):
        same = Invitation.objects.filter(
            email=mailbox(invitation.email), organisation=invitation.organisation, hub=invitation.hub
        )
        if invitation.accepted_at is None and same.filter(accepted_at__isnull=True).exists():
            invitation.delete()
        else:
            Invitation.objects.filter(pk=invitation.pk).update(email=mailbox(invitation.email))


def join(apps, one, other):
    """Two accounts of one mailbox become one, which is returned: the one that was used, or else the second.

    It takes over the other's roles, unless nobody ever logged in with that: then nobody showed that the mailbox is
    theirs. The other stays as a closed account without an address: listings name who made them.
    """
    User, EmailAddress = apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")
    kept, closed = (one, other) if one.last_login and not other.last_login else (other, one)
    if closed.last_login:
        for model, host in (("Membership", "organisation"), ("HubStaff", "hub")):
            roles = apps.get_model("accounts", model).objects
            for role in list(roles.filter(user_id=closed.pk)):
                own = roles.filter(user_id=kept.pk, **{host: getattr(role, host)})
                if not own.exists():
                    roles.filter(pk=role.pk).update(user_id=kept.pk)
                elif role.role in ("admin", "manager"):
                    own.update(role=role.role)
        User.objects.filter(pk=kept.pk).update(
            is_staff=kept.is_staff or closed.is_staff, is_superuser=kept.is_superuser or closed.is_superuser
        )
    EmailAddress.objects.filter(user_id=closed.pk).delete()
    User.objects.filter(pk=closed.pk).update(is_active=False, email=f"account-{closed.pk}@closed.invalid")
    return kept


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("journal", "0002_one_spelling_of_addresses"),
        ("account", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(spell_alike, migrations.RunPython.noop)]
