from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("profiles", "0004_caretakers"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="cognito_sub",
            field=models.CharField(
                blank=True, editable=False, max_length=64, null=True, unique=True
            ),
        ),
        migrations.AddField(
            model_name="signin",
            name="family",
            field=models.CharField(blank=True, max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="signin",
            name="sealed_refresh",
            field=models.TextField(blank=True),
        ),
    ]
