from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inference", "0007_red_flags"),
    ]

    operations = [
        migrations.AddField(
            model_name="inferencejob",
            name="trace",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=100),
        ),
    ]
