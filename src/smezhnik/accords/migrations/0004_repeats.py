"""Orders that repeat, and days of pre-emptive reports."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accords', '0003_exchange'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='every',
            field=models.TextField(blank=True, null=True, verbose_name='Повторяется'),
        ),
        migrations.AddField(
            model_name='order',
            name='every_until',
            field=models.DateField(blank=True, null=True, verbose_name='Повторяется до'),
        ),
        migrations.AddField(
            model_name='order',
            name='report_by',
            field=models.DateField(blank=True, null=True, verbose_name='Упреждающий доклад к'),
        ),
        migrations.AddField(
            model_name='report',
            name='period_due',
            field=models.DateField(null=True),
        ),
    ]
