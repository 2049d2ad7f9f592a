"""Neighbours and their packages; an edition of a plan that was taken back leaves its number free."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accords', '0002_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Neighbour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(editable=False, max_length=16, unique=True)),
                ('held_by', models.CharField(max_length=20)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('archived', models.BooleanField(default=False, editable=False)),
                ('region', models.CharField(max_length=20)),
                ('title', models.TextField(blank=True)),
                ('key', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(editable=False, max_length=16, unique=True)),
                ('held_by', models.CharField(max_length=20)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('archived', models.BooleanField(default=False, editable=False)),
                ('made_on', models.DateField()),
                ('on', models.DateField()),
                ('who', models.CharField(max_length=150)),
                ('digest', models.CharField(max_length=64)),
                ('values', models.JSONField(default=list)),
                ('needs', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='plan',
            name='plan_edition',
        ),
        migrations.AddField(
            model_name='agreement',
            name='shared_id',
            field=models.CharField(blank=True, max_length=16, null=True),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('archived', False)), fields=('agreement', 'edition'), name='plan_edition'),
        ),
        migrations.AddConstraint(
            model_name='neighbour',
            constraint=models.UniqueConstraint(condition=models.Q(('archived', False)), fields=('held_by', 'key'), name='neighbour_key'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parcels', to='accords.agreement'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='neighbour',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parcels', to='accords.neighbour'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='parcel',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='accords.parcel'),
        ),
    ]
