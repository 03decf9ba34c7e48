"""The two groups of the portal: vets who review notes, and whoever hands notes out."""

from django.apps import apps as current
from django.contrib.auth.management import create_permissions
from django.db import migrations

REVIEWS = ["view_soapnote", "review_soapnote"]
GROUPS = {
    "수의사": REVIEWS,
    "책임 수의사": [*REVIEWS, "assign_soapnote", "view_accesslog"],
}


def make_groups(apps, schema_editor):
    # Permissions are otherwise made after all migrations have run.
    create_permissions(current.get_app_config("soap"), verbosity=0, apps=apps)
    groups = apps.get_model("auth", "Group")
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="soap"
    )
    for name, codenames in GROUPS.items():
        group, _ = groups.objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("soap", "0002_rewrites"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
