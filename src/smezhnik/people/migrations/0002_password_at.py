from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("people", "0001_first")]

    operations = [migrations.AddField("user", "password_at", models.DateTimeField(null=True))]
