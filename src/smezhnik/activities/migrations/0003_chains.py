"""What a chain from a contract back to its agreement needs to know; rotation, programmes, reports."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0002_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='admission',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='admissions', to='activities.event'),
        ),
        migrations.AddField(
            model_name='admission',
            name='okpd2',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='admission',
            name='reached',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='customer',
            name='agreement_id',
            field=models.TextField(blank=True, null=True, verbose_name='Соглашение'),
        ),
        migrations.AddField(
            model_name='cycle',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='activities.customer'),
        ),
        migrations.AddField(
            model_name='cycle',
            name='rotation',
            field=models.JSONField(blank=True, null=True, verbose_name='Очередь отраслей'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='programme',
            field=models.JSONField(blank=True, null=True, verbose_name='Программа пребывания'),
        ),
        migrations.AddField(
            model_name='event',
            name='commitment_id',
            field=models.TextField(blank=True, null=True, verbose_name='Обязательство'),
        ),
        migrations.AddField(
            model_name='event',
            name='costs',
            field=models.JSONField(blank=True, null=True, verbose_name='Расходы'),
        ),
        migrations.AddField(
            model_name='event',
            name='participation',
            field=models.TextField(blank=True, null=True, verbose_name='Форма участия'),
        ),
        migrations.AddField(
            model_name='event',
            name='programme',
            field=models.JSONField(blank=True, null=True, verbose_name='Деловая программа'),
        ),
        migrations.AddField(
            model_name='event',
            name='stand',
            field=models.TextField(blank=True, null=True, verbose_name='Стенд'),
        ),
        migrations.AddField(
            model_name='event',
            name='visitors',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='Посетителей'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='activities.event'),
        ),
        migrations.AddField(
            model_name='participant',
            name='listed',
            field=models.BooleanField(null=True),
        ),
    ]
