"""Make the first tables: offices, places, customers, billing, work orders, broadband, and FAB's own.

Revision: 0001, the first
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.losing import require_empty

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ab_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('label', sa.String(length=150), nullable=True),
    sa.Column('description', sa.String(length=512), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_group')),
    sa.UniqueConstraint('name', name=op.f('uq_ab_group_name'))
    )
    op.create_table('ab_permission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_permission')),
    sa.UniqueConstraint('name', name=op.f('uq_ab_permission_name'))
    )
    op.create_table('ab_register_user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.String(length=64), nullable=False),
    sa.Column('last_name', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=128), nullable=False),
    sa.Column('password', sa.String(length=256), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('registration_date', sa.DateTime(), nullable=True),
    sa.Column('registration_hash', sa.String(length=256), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_register_user')),
    sa.UniqueConstraint('email', name=op.f('uq_ab_register_user_email')),
    sa.UniqueConstraint('username', name=op.f('uq_ab_register_user_username'))
    )
    op.create_table('ab_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_role')),
    sa.UniqueConstraint('name', name=op.f('uq_ab_role_name'))
    )
    op.create_table('ab_user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.String(length=64), nullable=False),
    sa.Column('last_name', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=128), nullable=False),
    sa.Column('password', sa.String(length=256), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('last_login', sa.DateTime(), nullable=True),
    sa.Column('login_count', sa.Integer(), nullable=True),
    sa.Column('fail_login_count', sa.Integer(), nullable=True),
    sa.Column('created_on', sa.DateTime(), nullable=True),
    sa.Column('changed_on', sa.DateTime(), nullable=True),
    sa.Column('created_by_fk', sa.Integer(), nullable=True),
    sa.Column('changed_by_fk', sa.Integer(), nullable=True),
    sa.Column('locale', sa.String(length=16), nullable=True),
    sa.Column('theme', sa.String(length=8), nullable=True),
    sa.Column('session_version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('must_change_password', sa.Boolean(), server_default='false', nullable=False),
    sa.ForeignKeyConstraint(['changed_by_fk'], ['ab_user.id'], name=op.f('fk_ab_user_changed_by_fk')),
    sa.ForeignKeyConstraint(['created_by_fk'], ['ab_user.id'], name=op.f('fk_ab_user_created_by_fk')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_user')),
    sa.UniqueConstraint('email', name=op.f('uq_ab_user_email')),
    sa.UniqueConstraint('username', name=op.f('uq_ab_user_username'))
    )
    op.create_table('ab_view_menu',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=250), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_view_menu')),
    sa.UniqueConstraint('name', name=op.f('uq_ab_view_menu_name'))
    )
    op.create_table('office',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('language', sa.Enum('en', 'zh_Hans', 'zh_Hant', 'vi', name='language', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('currency', sa.Enum('CNY', 'HKD', 'VND', 'USD', name='currency', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('legal_name', sa.String(length=200), nullable=False),
    sa.Column('short_name', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('telephone', sa.String(length=64), nullable=False),
    sa.Column('tax_number', sa.String(length=64), nullable=False),
    sa.Column('customer_prefix', sa.String(length=64), nullable=False),
    sa.Column('receipt_prefix', sa.String(length=64), nullable=False),
    sa.Column('voucher_prefix', sa.String(length=64), nullable=False),
    sa.Column('reversal_prefix', sa.String(length=64), nullable=False),
    sa.Column('work_order_prefix', sa.String(length=64), nullable=False),
    sa.Column('voucher_form', sa.Enum('tt99', 'tt133', 'tt200', 'own', name='voucherform', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('copies', sa.Enum('laser', 'carbon', 'single', 'slip', name='copies', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('cash_step', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('second_person', sa.Boolean(), nullable=False),
    sa.Column('zero_word', sa.String(length=64), nullable=False),
    sa.Column('whole_word', sa.String(length=64), nullable=False),
    sa.Column('idle_minutes', sa.Integer(), nullable=False),
    sa.Column('absolute_hours', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('cash_step > 0', name=op.f('ck_office_cash_step_positive')),
    sa.CheckConstraint('idle_minutes BETWEEN 1 AND 1440 AND absolute_hours BETWEEN 1 AND 168', name=op.f('ck_office_session_limits')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office')),
    sa.UniqueConstraint('code', name=op.f('uq_office_code'))
    )
    op.create_table('sign_in_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failure')),
    sa.UniqueConstraint('kind', 'name', name=op.f('uq_sign_in_failure_kind_name'))
    )
    op.create_table('ab_api_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=256), nullable=False),
    sa.Column('key_hash', sa.String(length=256), nullable=False),
    sa.Column('lookup_hash', sa.String(length=256), nullable=True),
    sa.Column('key_prefix', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_on', sa.DateTime(), nullable=True),
    sa.Column('expires_on', sa.DateTime(), nullable=True),
    sa.Column('revoked_on', sa.DateTime(), nullable=True),
    sa.Column('last_used_on', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_ab_api_key_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_api_key')),
    sa.UniqueConstraint('lookup_hash', name=op.f('uq_ab_api_key_lookup_hash')),
    sa.UniqueConstraint('uuid', name=op.f('uq_ab_api_key_uuid'))
    )
    op.create_index('idx_api_key_lookup_hash', 'ab_api_key', ['lookup_hash'], unique=True)
    op.create_index('idx_api_key_prefix', 'ab_api_key', ['key_prefix'], unique=False)
    op.create_index('idx_api_key_user_id', 'ab_api_key', ['user_id'], unique=False)
    op.create_table('ab_group_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['ab_group.id'], name=op.f('fk_ab_group_role_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], name=op.f('fk_ab_group_role_role_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_group_role')),
    sa.UniqueConstraint('group_id', 'role_id', name=op.f('uq_ab_group_role_group_id_role_id'))
    )
    op.create_index('idx_group_id', 'ab_group_role', ['group_id'], unique=False)
    op.create_index('idx_group_role_id', 'ab_group_role', ['role_id'], unique=False)
    op.create_table('ab_permission_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('permission_id', sa.Integer(), nullable=False),
    sa.Column('view_menu_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['permission_id'], ['ab_permission.id'], name=op.f('fk_ab_permission_view_permission_id')),
    sa.ForeignKeyConstraint(['view_menu_id'], ['ab_view_menu.id'], name=op.f('fk_ab_permission_view_view_menu_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_permission_view')),
    sa.UniqueConstraint('permission_id', 'view_menu_id', name=op.f('uq_ab_permission_view_permission_id_view_menu_id'))
    )
    op.create_index('idx_permission_id', 'ab_permission_view', ['permission_id'], unique=False)
    op.create_index('idx_view_menu_id', 'ab_permission_view', ['view_menu_id'], unique=False)
    op.create_table('ab_user_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['ab_group.id'], name=op.f('fk_ab_user_group_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_ab_user_group_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_user_group')),
    sa.UniqueConstraint('user_id', 'group_id', name=op.f('uq_ab_user_group_user_id_group_id'))
    )
    op.create_index('idx_user_group_id', 'ab_user_group', ['group_id'], unique=False)
    op.create_index('idx_user_id', 'ab_user_group', ['user_id'], unique=False)
    op.create_table('ab_user_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], name=op.f('fk_ab_user_role_role_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_ab_user_role_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_user_role')),
    sa.UniqueConstraint('user_id', 'role_id', name=op.f('uq_ab_user_role_user_id_role_id'))
    )
    op.create_table('broadband_policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('grace_days', sa.Integer(), nullable=False),
    sa.Column('late_policy', sa.Enum('restart', 'backfill', name='latepolicy', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('late_fee_rate', sa.Numeric(precision=12, scale=8), nullable=False),
    sa.Column('late_fee_cap', sa.Numeric(precision=12, scale=8), nullable=False),
    sa.Column('suspension_min_days', sa.Integer(), nullable=False),
    sa.Column('suspension_max_days', sa.Integer(), nullable=False),
    sa.Column('backdate_max_days', sa.Integer(), nullable=False),
    sa.Column('refund_policy', sa.Enum('by_day', 'by_month', 'none', name='refundpolicy', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('backdate_max_days BETWEEN 0 AND 366', name=op.f('ck_broadband_policy_backdate_max_days')),
    sa.CheckConstraint('grace_days BETWEEN 0 AND 365', name=op.f('ck_broadband_policy_grace_days')),
    sa.CheckConstraint('late_fee_rate BETWEEN 0 AND 1 AND late_fee_cap BETWEEN 0 AND 100', name=op.f('ck_broadband_policy_late_fee')),
    sa.CheckConstraint('suspension_min_days >= 0 AND suspension_max_days >= suspension_min_days', name=op.f('ck_broadband_policy_suspension_days')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_broadband_policy_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broadband_policy')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_broadband_policy_office_id_id')),
    sa.UniqueConstraint('office_id', name=op.f('uq_broadband_policy_office_id'))
    )
    op.create_index(op.f('ix_broadband_policy_office_id'), 'broadband_policy', ['office_id'], unique=False)
    op.create_table('business_type',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('new', 'relocation', 'plan_change', 'fault', 'removal', name='workkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_business_type_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_business_type')),
    sa.UniqueConstraint('office_id', 'code', name=op.f('uq_business_type_office_id_code')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_business_type_office_id_id'))
    )
    op.create_index(op.f('ix_business_type_office_id'), 'business_type', ['office_id'], unique=False)
    op.create_table('community',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('person_in_charge', sa.String(length=200), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_community_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_community_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_community')),
    sa.UniqueConstraint('office_id', 'code', name=op.f('uq_community_office_id_code')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_community_office_id_id')),
    sa.UniqueConstraint('office_id', 'name', name=op.f('uq_community_office_id_name'))
    )
    op.create_index(op.f('ix_community_office_id'), 'community', ['office_id'], unique=False)
    op.create_table('customer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('customer_no', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('person', 'firm', name='customerkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('id_number', sa.String(length=500), nullable=True),
    sa.Column('id_number_trace', sa.String(length=64), nullable=True),
    sa.Column('telephone', sa.String(length=64), nullable=False),
    sa.Column('mobile', sa.String(length=64), nullable=False),
    sa.Column('contact_phone', sa.String(length=64), nullable=False),
    sa.Column('tax_number', sa.String(length=64), nullable=False),
    sa.Column('invoice_address', sa.String(length=200), nullable=False),
    sa.Column('language', sa.Enum('en', 'zh_Hans', 'zh_Hant', 'vi', name='language', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('search_terms', postgresql.ARRAY(sa.String(length=40)), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_customer_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_customer_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer')),
    sa.UniqueConstraint('office_id', 'customer_no', name=op.f('uq_customer_office_id_customer_no')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_customer_office_id_id'))
    )
    op.create_index('ix_customer_id_number_trace', 'customer', ['office_id', 'id_number_trace'], unique=False)
    op.create_index('ix_customer_name', 'customer', ['office_id', 'name'], unique=False)
    op.create_index(op.f('ix_customer_office_id'), 'customer', ['office_id'], unique=False)
    op.create_index('ix_customer_search_terms', 'customer', ['search_terms'], unique=False, postgresql_using='gin')
    op.create_table('employee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('department', sa.String(length=200), nullable=False),
    sa.Column('id_number', sa.String(length=500), nullable=True),
    sa.Column('telephone', sa.String(length=64), nullable=False),
    sa.Column('mobile', sa.String(length=64), nullable=False),
    sa.Column('home_address', sa.String(length=200), nullable=False),
    sa.Column('gender', sa.Enum('male', 'female', name='gender', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_employee_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_employee_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employee')),
    sa.UniqueConstraint('office_id', 'code', name=op.f('uq_employee_office_id_code')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_employee_office_id_id'))
    )
    op.create_index(op.f('ix_employee_office_id'), 'employee', ['office_id'], unique=False)
    op.create_table('idempotency_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('record_type', sa.String(length=64), nullable=True),
    sa.Column('record_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_idempotency_key_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_key')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_idempotency_key_user_id_key'))
    )
    op.create_table('installer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_installer_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_installer_office_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_installer_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installer')),
    sa.UniqueConstraint('office_id', 'code', name=op.f('uq_installer_office_id_code')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_installer_office_id_id'))
    )
    op.create_index(op.f('ix_installer_office_id'), 'installer', ['office_id'], unique=False)
    op.create_table('material',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('specification', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=64), nullable=False),
    sa.Column('unit_price', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('unit_price >= 0', name=op.f('ck_material_price_not_negative')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_material_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_material_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_material')),
    sa.UniqueConstraint('office_id', 'code', name=op.f('uq_material_office_id_code')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_material_office_id_id'))
    )
    op.create_index(op.f('ix_material_office_id'), 'material', ['office_id'], unique=False)
    op.create_table('number_counter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=32), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_number_counter_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_counter')),
    sa.UniqueConstraint('office_id', 'series', 'year', name=op.f('uq_number_counter_office_id_series_year'))
    )
    op.create_index(op.f('ix_number_counter_office_id'), 'number_counter', ['office_id'], unique=False)
    op.create_table('plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('fee', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('fee >= 0', name=op.f('ck_plan_fee_not_negative')),
    sa.CheckConstraint('months BETWEEN 1 AND 120', name=op.f('ck_plan_months_in_range')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_plan_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_plan_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_plan_office_id_id')),
    sa.UniqueConstraint('office_id', 'name', name=op.f('uq_plan_office_id_name'))
    )
    op.create_index(op.f('ix_plan_office_id'), 'plan', ['office_id'], unique=False)
    op.create_table('price_list_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('operation', sa.Enum('installation', 'handling', 'maintenance', 'relocation', 'transfer', 'suspension', 'resumption', 'plan_change', name='pricedoperation', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('fee', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('fee >= 0', name=op.f('ck_price_list_item_fee_not_negative')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_price_list_item_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_list_item')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_price_list_item_office_id_id')),
    sa.UniqueConstraint('office_id', 'operation', name=op.f('uq_price_list_item_office_id_operation'))
    )
    op.create_index(op.f('ix_price_list_item_office_id'), 'price_list_item', ['office_id'], unique=False)
    op.create_table('shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('cashier_id', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('float_amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('float_amount >= 0', name=op.f('ck_shift_float_not_negative')),
    sa.ForeignKeyConstraint(['cashier_id'], ['ab_user.id'], name=op.f('fk_shift_cashier_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_shift_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_shift_office_id_id')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_shift_office_id_number'))
    )
    op.create_index('ix_shift_office_id_on', 'shift', ['office_id', 'on'], unique=False)
    op.create_index(op.f('ix_shift_office_id'), 'shift', ['office_id'], unique=False)
    op.create_index('uq_shift_open', 'shift', ['office_id', 'cashier_id', 'on'], unique=True, postgresql_where='closed_at IS NULL')
    op.create_table('sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('session_version', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_sign_in_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_token_hash'))
    )
    op.create_index('ix_sign_in_user_id_ended_at', 'sign_in', ['user_id', 'ended_at'], unique=False)
    op.create_table('user_office',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_user_office_office_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_user_office_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'office_id', name=op.f('pk_user_office'))
    )
    op.create_table('ab_permission_view_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('permission_view_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['permission_view_id'], ['ab_permission_view.id'], name=op.f('fk_ab_permission_view_role_permission_view_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], name=op.f('fk_ab_permission_view_role_role_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ab_permission_view_role')),
    sa.UniqueConstraint('permission_view_id', 'role_id', name=op.f('uq_ab_permission_view_role_permission_view_id_role_id'))
    )
    op.create_index('idx_permission_view_id', 'ab_permission_view_role', ['permission_view_id'], unique=False)
    op.create_index('idx_role_id', 'ab_permission_view_role', ['role_id'], unique=False)
    op.create_table('charge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('fee_kind', sa.Enum('regular', 'construction', 'resumption', 'relocation', 'transfer', 'suspension', 'other', name='feekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('paid', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('reversal_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('paid >= 0 AND paid <= total', name=op.f('ck_charge_paid_within_total')),
    sa.CheckConstraint('reversal_id IS NULL OR paid = 0', name=op.f('ck_charge_withdrawn_is_unpaid')),
    sa.CheckConstraint('total >= 0', name=op.f('ck_charge_total_not_negative')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_charge_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'customer_id'], ['customer.office_id', 'customer.id'], name=op.f('fk_charge_office_id_customer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_charge_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_charge_office_id_id'))
    )
    op.create_index('ix_charge_office_id_due_on', 'charge', ['office_id', 'due_on'], unique=False)
    op.create_index(op.f('ix_charge_customer_id'), 'charge', ['customer_id'], unique=False)
    op.create_index(op.f('ix_charge_office_id'), 'charge', ['office_id'], unique=False)
    op.create_index('ix_charge_open', 'charge', ['office_id', 'customer_id', 'due_on'], unique=False, postgresql_where='paid < total AND reversal_id IS NULL')
    op.create_table('receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('credited', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total_in_words', sa.String(length=2000), nullable=False),
    sa.Column('has_cash', sa.Boolean(), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=True),
    sa.Column('cashier_id', sa.Integer(), nullable=False),
    sa.Column('payer_name', sa.String(length=200), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('backdate_reason', sa.String(length=2000), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('NOT has_cash OR shift_id IS NOT NULL', name=op.f('ck_receipt_cash_has_a_shift')),
    sa.CheckConstraint('total >= 0 AND credited >= 0 AND credited <= total', name=op.f('ck_receipt_amounts')),
    sa.ForeignKeyConstraint(['cashier_id'], ['ab_user.id'], name=op.f('fk_receipt_cashier_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_receipt_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'customer_id'], ['customer.office_id', 'customer.id'], name=op.f('fk_receipt_office_id_customer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'shift_id'], ['shift.office_id', 'shift.id'], name=op.f('fk_receipt_office_id_shift_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_receipt_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_receipt_office_id_id')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_receipt_office_id_number')),
    sa.UniqueConstraint('office_id', 'year', 'sequence', name=op.f('uq_receipt_office_id_year_sequence'))
    )
    op.create_index(op.f('ix_receipt_customer_id'), 'receipt', ['customer_id'], unique=False)
    op.create_index(op.f('ix_receipt_office_id'), 'receipt', ['office_id'], unique=False)
    op.create_index('ix_receipt_office_id_booked_on', 'receipt', ['office_id', 'booked_on'], unique=False)
    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('community_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('contact_phone', sa.String(length=64), nullable=False),
    sa.Column('telephone', sa.String(length=64), nullable=False),
    sa.Column('business_type_id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('fee', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('access_order_no', sa.String(length=64), nullable=False),
    sa.Column('broadband_account', sa.String(length=64), nullable=False),
    sa.Column('password', sa.String(length=500), nullable=True),
    sa.Column('bound_number', sa.String(length=64), nullable=False),
    sa.Column('salesperson_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('state', sa.Enum('pending', 'active', 'suspended', 'forced', 'closed', name='subscriptionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('activated_on', sa.Date(), nullable=True),
    sa.Column('stops_on', sa.Date(), nullable=True),
    sa.Column('halted_on', sa.Date(), nullable=True),
    sa.Column('stop_reason', sa.Enum('arrears', 'violation', 'operator', name='stopreason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('search_terms', postgresql.ARRAY(sa.String(length=40)), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'forced') = (stop_reason IS NOT NULL)", name=op.f('ck_subscription_forced_has_a_reason')),
    sa.CheckConstraint("(state IN ('suspended', 'forced')) = (halted_on IS NOT NULL)", name=op.f('ck_subscription_halted_has_a_day')),
    sa.CheckConstraint("state IN ('pending', 'closed') OR activated_on IS NOT NULL", name=op.f('ck_subscription_active_was_activated')),
    sa.CheckConstraint('fee >= 0', name=op.f('ck_subscription_fee_not_negative')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_subscription_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'business_type_id'], ['business_type.office_id', 'business_type.id'], name=op.f('fk_subscription_office_id_business_type_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'community_id'], ['community.office_id', 'community.id'], name=op.f('fk_subscription_office_id_community_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'customer_id'], ['customer.office_id', 'customer.id'], name=op.f('fk_subscription_office_id_customer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'plan_id'], ['plan.office_id', 'plan.id'], name=op.f('fk_subscription_office_id_plan_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'salesperson_id'], ['employee.office_id', 'employee.id'], name=op.f('fk_subscription_office_id_salesperson_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_subscription_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_subscription_office_id_id'))
    )
    op.create_index('ix_subscription_office_id_applied_on', 'subscription', ['office_id', 'applied_on'], unique=False)
    op.create_index('ix_subscription_office_id_stops_on', 'subscription', ['office_id', 'stops_on'], unique=False)
    op.create_index(op.f('ix_subscription_community_id'), 'subscription', ['community_id'], unique=False)
    op.create_index(op.f('ix_subscription_customer_id'), 'subscription', ['customer_id'], unique=False)
    op.create_index(op.f('ix_subscription_office_id'), 'subscription', ['office_id'], unique=False)
    op.create_index(op.f('ix_subscription_plan_id'), 'subscription', ['plan_id'], unique=False)
    op.create_index('ix_subscription_search_terms', 'subscription', ['search_terms'], unique=False, postgresql_using='gin')
    op.create_index('ix_subscription_stops_on', 'subscription', ['office_id', 'state', 'stops_on'], unique=False)
    op.create_index('uq_subscription_broadband_account', 'subscription', ['office_id', 'broadband_account'], unique=True, postgresql_where="state <> 'closed'")
    op.create_table('work_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('business_type_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=64), nullable=False),
    sa.Column('installer_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('new', 'done', 'failed', name='workorderstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('appointment_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('worked_on', sa.Date(), nullable=True),
    sa.Column('billing_from', sa.Date(), nullable=True),
    sa.Column('completed_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'done') = (worked_on IS NOT NULL)", name=op.f('ck_work_order_done_was_worked_on')),
    sa.ForeignKeyConstraint(['completed_by_id'], ['ab_user.id'], name=op.f('fk_work_order_completed_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_work_order_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'business_type_id'], ['business_type.office_id', 'business_type.id'], name=op.f('fk_work_order_office_id_business_type_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'customer_id'], ['customer.office_id', 'customer.id'], name=op.f('fk_work_order_office_id_customer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'installer_id'], ['installer.office_id', 'installer.id'], name=op.f('fk_work_order_office_id_installer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_work_order_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_order')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_work_order_office_id_id')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_work_order_office_id_number'))
    )
    op.create_index(op.f('ix_work_order_customer_id'), 'work_order', ['customer_id'], unique=False)
    op.create_index(op.f('ix_work_order_office_id'), 'work_order', ['office_id'], unique=False)
    op.create_index('ix_work_order_office_id_status', 'work_order', ['office_id', 'status'], unique=False)
    op.create_table('allocation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Integer(), nullable=False),
    sa.Column('charge_id', sa.Integer(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_allocation_amount_positive')),
    sa.ForeignKeyConstraint(['office_id', 'charge_id'], ['charge.office_id', 'charge.id'], name=op.f('fk_allocation_office_id_charge_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_allocation_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_allocation_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allocation')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_allocation_office_id_id')),
    sa.UniqueConstraint('receipt_id', 'charge_id', name=op.f('uq_allocation_receipt_id_charge_id'))
    )
    op.create_index(op.f('ix_allocation_charge_id'), 'allocation', ['charge_id'], unique=False)
    op.create_index(op.f('ix_allocation_office_id'), 'allocation', ['office_id'], unique=False)
    op.create_table('charge_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('charge_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.Enum('plan', 'maintenance', 'other', 'discount', 'arrears', 'late_fee', 'gift', 'installation', 'handling', 'labour_material', 'material_works', 'suspension', 'resumption', 'relocation', 'transfer', name='linecode', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('detail', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('unit_price', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=True),
    sa.Column('period_end', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['office_id', 'charge_id'], ['charge.office_id', 'charge.id'], name=op.f('fk_charge_line_office_id_charge_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_charge_line_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge_line')),
    sa.UniqueConstraint('charge_id', 'position', name=op.f('uq_charge_line_charge_id_position')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_charge_line_office_id_id'))
    )
    op.create_index(op.f('ix_charge_line_office_id'), 'charge_line', ['office_id'], unique=False)
    op.create_table('receipt_method',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Integer(), nullable=False),
    sa.Column('method', sa.Enum('cash', 'bank_transfer', 'qr_transfer', 'card', 'wechat_pay', 'alipay', 'fps', 'cheque', 'credit', name='method', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('tendered', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_receipt_method_amount_not_negative')),
    sa.CheckConstraint("tendered IS NULL OR (method = 'cash' AND tendered >= amount)", name=op.f('ck_receipt_method_tendered_covers')),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_receipt_method_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_receipt_method_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_method')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_receipt_method_office_id_id'))
    )
    op.create_index(op.f('ix_receipt_method_office_id'), 'receipt_method', ['office_id'], unique=False)
    op.create_index(op.f('ix_receipt_method_receipt_id'), 'receipt_method', ['receipt_id'], unique=False)
    op.create_table('subscription_work_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('work_order_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['office_id', 'subscription_id'], ['subscription.office_id', 'subscription.id'], name=op.f('fk_subscription_work_order_office_id_subscription_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'work_order_id'], ['work_order.office_id', 'work_order.id'], name=op.f('fk_subscription_work_order_office_id_work_order_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_subscription_work_order_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription_work_order')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_subscription_work_order_office_id_id')),
    sa.UniqueConstraint('work_order_id', name=op.f('uq_subscription_work_order_work_order_id'))
    )
    op.create_index(op.f('ix_subscription_work_order_office_id'), 'subscription_work_order', ['office_id'], unique=False)
    op.create_index('ix_subscription_work_order_subscription_id', 'subscription_work_order', ['subscription_id'], unique=False)
    op.create_table('voucher',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('refund', 'deposit', 'expense', name='voucherkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('receipt_id', sa.Integer(), nullable=True),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total_in_words', sa.String(length=2000), nullable=False),
    sa.Column('has_cash', sa.Boolean(), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=True),
    sa.Column('cashier_id', sa.Integer(), nullable=False),
    sa.Column('payee_name', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('NOT has_cash OR shift_id IS NOT NULL', name=op.f('ck_voucher_cash_has_a_shift')),
    sa.CheckConstraint('total > 0', name=op.f('ck_voucher_total_positive')),
    sa.ForeignKeyConstraint(['cashier_id'], ['ab_user.id'], name=op.f('fk_voucher_cashier_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_voucher_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'customer_id'], ['customer.office_id', 'customer.id'], name=op.f('fk_voucher_office_id_customer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_voucher_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'shift_id'], ['shift.office_id', 'shift.id'], name=op.f('fk_voucher_office_id_shift_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_voucher_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_voucher_office_id_id')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_voucher_office_id_number')),
    sa.UniqueConstraint('office_id', 'year', 'sequence', name=op.f('uq_voucher_office_id_year_sequence'))
    )
    op.create_index('ix_voucher_office_id_booked_on', 'voucher', ['office_id', 'booked_on'], unique=False)
    op.create_index(op.f('ix_voucher_customer_id'), 'voucher', ['customer_id'], unique=False)
    op.create_index(op.f('ix_voucher_office_id'), 'voucher', ['office_id'], unique=False)
    op.create_table('printing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Integer(), nullable=True),
    sa.Column('voucher_id', sa.Integer(), nullable=True),
    sa.Column('printing', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('num_nonnulls(receipt_id, voucher_id) = 1', name=op.f('ck_printing_one_document')),
    sa.CheckConstraint('printing >= 1', name=op.f('ck_printing_counts_from_one')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_printing_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_printing_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'voucher_id'], ['voucher.office_id', 'voucher.id'], name=op.f('fk_printing_office_id_voucher_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_printing_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_printing')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_printing_office_id_id')),
    sa.UniqueConstraint('receipt_id', 'printing', name=op.f('uq_printing_receipt_id_printing')),
    sa.UniqueConstraint('voucher_id', 'printing', name=op.f('uq_printing_voucher_id_printing'))
    )
    op.create_index(op.f('ix_printing_office_id'), 'printing', ['office_id'], unique=False)
    op.create_table('reversal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Integer(), nullable=True),
    sa.Column('voucher_id', sa.Integer(), nullable=True),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('needs_approval', sa.Boolean(), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('second_person_off', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('NOT needs_approval OR approved_by_id IS NOT NULL', name=op.f('ck_reversal_approved_where_needed')),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> created_by_id OR second_person_off', name=op.f('ck_reversal_maker_is_not_checker')),
    sa.CheckConstraint('length(trim(reason)) > 0', name=op.f('ck_reversal_has_a_reason')),
    sa.CheckConstraint('num_nonnulls(receipt_id, voucher_id) = 1', name=op.f('ck_reversal_one_document')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['ab_user.id'], name=op.f('fk_reversal_approved_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_reversal_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_reversal_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'voucher_id'], ['voucher.office_id', 'voucher.id'], name=op.f('fk_reversal_office_id_voucher_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_reversal_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reversal')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_reversal_office_id_id')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_reversal_office_id_number')),
    sa.UniqueConstraint('office_id', 'year', 'sequence', name=op.f('uq_reversal_office_id_year_sequence')),
    sa.UniqueConstraint('receipt_id', name=op.f('uq_reversal_receipt_id')),
    sa.UniqueConstraint('voucher_id', name=op.f('uq_reversal_voucher_id'))
    )
    op.create_index('ix_reversal_office_id_booked_on', 'reversal', ['office_id', 'booked_on'], unique=False)
    op.create_foreign_key(
        'fk_charge_office_id_reversal_id', 'charge', 'reversal', ['office_id', 'reversal_id'], ['office_id', 'id'], ondelete='RESTRICT'
    )
    op.create_index(op.f('ix_reversal_office_id'), 'reversal', ['office_id'], unique=False)
    op.create_table('voucher_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('voucher_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('fee_kind', sa.Enum('regular', 'construction', 'resumption', 'relocation', 'transfer', 'suspension', 'other', name='feekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_voucher_line_amount_positive')),
    sa.ForeignKeyConstraint(['office_id', 'voucher_id'], ['voucher.office_id', 'voucher.id'], name=op.f('fk_voucher_line_office_id_voucher_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_voucher_line_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher_line')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_voucher_line_office_id_id')),
    sa.UniqueConstraint('voucher_id', 'position', name=op.f('uq_voucher_line_voucher_id_position'))
    )
    op.create_index(op.f('ix_voucher_line_office_id'), 'voucher_line', ['office_id'], unique=False)
    op.create_table('voucher_method',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('voucher_id', sa.Integer(), nullable=False),
    sa.Column('method', sa.Enum('cash', 'bank_transfer', 'qr_transfer', 'card', 'wechat_pay', 'alipay', 'fps', 'cheque', 'credit', name='method', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_voucher_method_amount_positive')),
    sa.ForeignKeyConstraint(['office_id', 'voucher_id'], ['voucher.office_id', 'voucher.id'], name=op.f('fk_voucher_method_office_id_voucher_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_voucher_method_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher_method')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_voucher_method_office_id_id'))
    )
    op.create_index(op.f('ix_voucher_method_office_id'), 'voucher_method', ['office_id'], unique=False)
    op.create_index(op.f('ix_voucher_method_voucher_id'), 'voucher_method', ['voucher_id'], unique=False)
    op.create_table('approval',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'approved', 'refused', name='approvalstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.String(length=2000), nullable=False),
    sa.Column('reversal_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(status = 'approved') = (reversal_id IS NOT NULL)", name=op.f('ck_approval_approved_has_a_result')),
    sa.CheckConstraint("(status = 'waiting') = (decided_by_id IS NULL)", name=op.f('ck_approval_decided_by_somebody')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_approval_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['ab_user.id'], name=op.f('fk_approval_decided_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_approval_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'reversal_id'], ['reversal.office_id', 'reversal.id'], name=op.f('fk_approval_office_id_reversal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_approval_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_approval_office_id_id'))
    )
    op.create_index(op.f('ix_approval_office_id'), 'approval', ['office_id'], unique=False)
    op.create_index('uq_approval_waiting', 'approval', ['receipt_id'], unique=True, postgresql_where="status = 'waiting'")
    op.create_table('journal_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('charge_id', sa.Integer(), nullable=True),
    sa.Column('receipt_id', sa.Integer(), nullable=True),
    sa.Column('voucher_id', sa.Integer(), nullable=True),
    sa.Column('reversal_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('num_nonnulls(charge_id, receipt_id, voucher_id, reversal_id) = 1', name=op.f('ck_journal_entry_one_document')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_journal_entry_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'charge_id'], ['charge.office_id', 'charge.id'], name=op.f('fk_journal_entry_office_id_charge_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_journal_entry_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'reversal_id'], ['reversal.office_id', 'reversal.id'], name=op.f('fk_journal_entry_office_id_reversal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'voucher_id'], ['voucher.office_id', 'voucher.id'], name=op.f('fk_journal_entry_office_id_voucher_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_journal_entry_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_entry')),
    sa.UniqueConstraint('charge_id', name=op.f('uq_journal_entry_charge_id')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_journal_entry_office_id_id')),
    sa.UniqueConstraint('receipt_id', name=op.f('uq_journal_entry_receipt_id')),
    sa.UniqueConstraint('reversal_id', name=op.f('uq_journal_entry_reversal_id')),
    sa.UniqueConstraint('voucher_id', name=op.f('uq_journal_entry_voucher_id'))
    )
    op.create_index(op.f('ix_journal_entry_office_id'), 'journal_entry', ['office_id'], unique=False)
    op.create_index('ix_journal_entry_office_id_booked_on', 'journal_entry', ['office_id', 'booked_on'], unique=False)
    op.create_table('regular_payment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('plan_fee', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('plan_months', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('plan_total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('maintenance_fee', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('maintenance_total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('other_item', sa.String(length=200), nullable=False),
    sa.Column('other_fee', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('discount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('arrears', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('late_fee', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('late_fee_proposed', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total_in_words', sa.String(length=2000), nullable=False),
    sa.Column('gift_months', sa.Integer(), nullable=False),
    sa.Column('cashier_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=True),
    sa.Column('period_end', sa.Date(), nullable=True),
    sa.Column('stops_on_before', sa.Date(), nullable=True),
    sa.Column('state_before', sa.Enum('pending', 'active', 'suspended', 'forced', 'closed', name='subscriptionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('halted_on_before', sa.Date(), nullable=True),
    sa.Column('stop_reason_before', sa.Enum('arrears', 'violation', 'operator', name='stopreason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('charge_id', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Integer(), nullable=False),
    sa.Column('reversal_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(period_start IS NULL) = (period_end IS NULL) AND period_start <= period_end', name=op.f('ck_regular_payment_period')),
    sa.CheckConstraint('discount >= 0 AND discount <= plan_total + maintenance_total + other_fee', name=op.f('ck_regular_payment_discount_within_fees')),
    sa.CheckConstraint('gift_months BETWEEN 0 AND 120', name=op.f('ck_regular_payment_gift_months_in_range')),
    sa.CheckConstraint('late_fee >= 0 AND late_fee <= late_fee_proposed', name=op.f('ck_regular_payment_late_fee_within_proposed')),
    sa.CheckConstraint('months BETWEEN 1 AND 120', name=op.f('ck_regular_payment_months_in_range')),
    sa.CheckConstraint('total = plan_total + maintenance_total + other_fee - discount + arrears + late_fee', name=op.f('ck_regular_payment_total_is_the_sum')),
    sa.ForeignKeyConstraint(['cashier_id'], ['ab_user.id'], name=op.f('fk_regular_payment_cashier_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_regular_payment_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'charge_id'], ['charge.office_id', 'charge.id'], name=op.f('fk_regular_payment_office_id_charge_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'customer_id'], ['customer.office_id', 'customer.id'], name=op.f('fk_regular_payment_office_id_customer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'plan_id'], ['plan.office_id', 'plan.id'], name=op.f('fk_regular_payment_office_id_plan_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'receipt_id'], ['receipt.office_id', 'receipt.id'], name=op.f('fk_regular_payment_office_id_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'reversal_id'], ['reversal.office_id', 'reversal.id'], name=op.f('fk_regular_payment_office_id_reversal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'subscription_id'], ['subscription.office_id', 'subscription.id'], name=op.f('fk_regular_payment_office_id_subscription_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_regular_payment_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regular_payment')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_regular_payment_office_id_id')),
    sa.UniqueConstraint('receipt_id', name=op.f('uq_regular_payment_receipt_id'))
    )
    op.create_index('ix_regular_payment_customer_id', 'regular_payment', ['customer_id'], unique=False)
    op.create_index(op.f('ix_regular_payment_office_id'), 'regular_payment', ['office_id'], unique=False)
    op.create_index('ix_regular_payment_office_id_number', 'regular_payment', ['office_id', 'number'], unique=False)
    op.create_index('ix_regular_payment_office_id_paid_on', 'regular_payment', ['office_id', 'paid_on', 'id'], unique=False)
    op.create_index('ix_regular_payment_subscription_id', 'regular_payment', ['subscription_id', 'id'], unique=False)
    op.create_table('posting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.Enum('cash', 'bank_transfer', 'qr_transfer', 'card', 'wechat_pay', 'alipay', 'fps', 'cheque', 'credit', 'receivable', 'revenue', 'refunded', 'expense', 'deposit', name='ledgeraccount', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('fee_kind', sa.Enum('regular', 'construction', 'resumption', 'relocation', 'transfer', 'suspension', 'other', name='feekind', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_posting_amount_not_zero')),
    sa.ForeignKeyConstraint(['office_id', 'customer_id'], ['customer.office_id', 'customer.id'], name=op.f('fk_posting_office_id_customer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'entry_id'], ['journal_entry.office_id', 'journal_entry.id'], name=op.f('fk_posting_office_id_entry_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_posting_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_posting_office_id_id'))
    )
    op.create_index('ix_posting_credit', 'posting', ['office_id', 'customer_id'], unique=False, postgresql_where="account = 'credit'")
    op.create_index(op.f('ix_posting_entry_id'), 'posting', ['entry_id'], unique=False)
    op.create_index(op.f('ix_posting_office_id'), 'posting', ['office_id'], unique=False)
    op.create_table('service_period',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('paid', 'gift', 'plan_change', name='periodkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('stop', sa.Date(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('price', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('of_days', sa.Integer(), nullable=False),
    sa.Column('anchor', sa.Date(), nullable=False),
    sa.Column('anchor_months', sa.Integer(), nullable=False),
    sa.Column('regular_payment_id', sa.Integer(), nullable=True),
    sa.Column('ended_by_reversal_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("price >= 0 AND (kind <> 'gift' OR price = 0)", name=op.f('ck_service_period_price')),
    sa.CheckConstraint('of_days = stop - start + 1', name=op.f('ck_service_period_of_days')),
    sa.CheckConstraint('start <= stop', name=op.f('ck_service_period_start_before_stop')),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_service_period_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'ended_by_reversal_id'], ['reversal.office_id', 'reversal.id'], name=op.f('fk_service_period_office_id_ended_by_reversal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'regular_payment_id'], ['regular_payment.office_id', 'regular_payment.id'], name=op.f('fk_service_period_office_id_regular_payment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id', 'subscription_id'], ['subscription.office_id', 'subscription.id'], name=op.f('fk_service_period_office_id_subscription_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_service_period_office_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_period')),
    sa.UniqueConstraint('office_id', 'id', name=op.f('uq_service_period_office_id_id'))
    )
    op.create_index(op.f('ix_service_period_office_id'), 'service_period', ['office_id'], unique=False)
    op.create_index(op.f('ix_service_period_regular_payment_id'), 'service_period', ['regular_payment_id'], unique=False)
    op.create_index('ix_service_period_subscription_id', 'service_period', ['subscription_id', 'start'], unique=False)


def downgrade() -> None:
    require_empty('customer', 'charge', 'receipt', 'voucher', 'journal_entry')
    op.drop_index('ix_service_period_subscription_id', table_name='service_period')
    op.drop_index(op.f('ix_service_period_regular_payment_id'), table_name='service_period')
    op.drop_index(op.f('ix_service_period_office_id'), table_name='service_period')
    op.drop_table('service_period')
    op.drop_index(op.f('ix_posting_office_id'), table_name='posting')
    op.drop_index(op.f('ix_posting_entry_id'), table_name='posting')
    op.drop_index('ix_posting_credit', table_name='posting', postgresql_where="account = 'credit'")
    op.drop_table('posting')
    op.drop_index('ix_regular_payment_subscription_id', table_name='regular_payment')
    op.drop_index('ix_regular_payment_office_id_paid_on', table_name='regular_payment')
    op.drop_index('ix_regular_payment_office_id_number', table_name='regular_payment')
    op.drop_index(op.f('ix_regular_payment_office_id'), table_name='regular_payment')
    op.drop_index('ix_regular_payment_customer_id', table_name='regular_payment')
    op.drop_table('regular_payment')
    op.drop_index('ix_journal_entry_office_id_booked_on', table_name='journal_entry')
    op.drop_index(op.f('ix_journal_entry_office_id'), table_name='journal_entry')
    op.drop_table('journal_entry')
    op.drop_index('uq_approval_waiting', table_name='approval', postgresql_where="status = 'waiting'")
    op.drop_index(op.f('ix_approval_office_id'), table_name='approval')
    op.drop_table('approval')
    op.drop_index(op.f('ix_voucher_method_voucher_id'), table_name='voucher_method')
    op.drop_index(op.f('ix_voucher_method_office_id'), table_name='voucher_method')
    op.drop_table('voucher_method')
    op.drop_index(op.f('ix_voucher_line_office_id'), table_name='voucher_line')
    op.drop_table('voucher_line')
    op.drop_index(op.f('ix_reversal_office_id'), table_name='reversal')
    op.drop_constraint('fk_charge_office_id_reversal_id', 'charge')
    op.drop_table('reversal')
    op.drop_index(op.f('ix_printing_office_id'), table_name='printing')
    op.drop_table('printing')
    op.drop_index(op.f('ix_voucher_office_id'), table_name='voucher')
    op.drop_index(op.f('ix_voucher_customer_id'), table_name='voucher')
    op.drop_table('voucher')
    op.drop_index('ix_subscription_work_order_subscription_id', table_name='subscription_work_order')
    op.drop_index(op.f('ix_subscription_work_order_office_id'), table_name='subscription_work_order')
    op.drop_table('subscription_work_order')
    op.drop_index(op.f('ix_receipt_method_receipt_id'), table_name='receipt_method')
    op.drop_index(op.f('ix_receipt_method_office_id'), table_name='receipt_method')
    op.drop_table('receipt_method')
    op.drop_index(op.f('ix_charge_line_office_id'), table_name='charge_line')
    op.drop_table('charge_line')
    op.drop_index(op.f('ix_allocation_office_id'), table_name='allocation')
    op.drop_index(op.f('ix_allocation_charge_id'), table_name='allocation')
    op.drop_table('allocation')
    op.drop_index('ix_work_order_office_id_status', table_name='work_order')
    op.drop_index(op.f('ix_work_order_office_id'), table_name='work_order')
    op.drop_index(op.f('ix_work_order_customer_id'), table_name='work_order')
    op.drop_table('work_order')
    op.drop_index('uq_subscription_broadband_account', table_name='subscription', postgresql_where="state <> 'closed'")
    op.drop_index('ix_subscription_stops_on', table_name='subscription')
    op.drop_index('ix_subscription_search_terms', table_name='subscription', postgresql_using='gin')
    op.drop_index(op.f('ix_subscription_plan_id'), table_name='subscription')
    op.drop_index(op.f('ix_subscription_office_id'), table_name='subscription')
    op.drop_index(op.f('ix_subscription_customer_id'), table_name='subscription')
    op.drop_index(op.f('ix_subscription_community_id'), table_name='subscription')
    op.drop_table('subscription')
    op.drop_index('ix_receipt_office_id_booked_on', table_name='receipt')
    op.drop_index(op.f('ix_receipt_office_id'), table_name='receipt')
    op.drop_index(op.f('ix_receipt_customer_id'), table_name='receipt')
    op.drop_table('receipt')
    op.drop_index('ix_charge_open', table_name='charge', postgresql_where='paid < total AND reversal_id IS NULL')
    op.drop_index(op.f('ix_charge_office_id'), table_name='charge')
    op.drop_index(op.f('ix_charge_customer_id'), table_name='charge')
    op.drop_table('charge')
    op.drop_index('idx_role_id', table_name='ab_permission_view_role')
    op.drop_index('idx_permission_view_id', table_name='ab_permission_view_role')
    op.drop_table('ab_permission_view_role')
    op.drop_table('user_office')
    op.drop_index('ix_sign_in_user_id_ended_at', table_name='sign_in')
    op.drop_table('sign_in')
    op.drop_index('uq_shift_open', table_name='shift', postgresql_where='closed_at IS NULL')
    op.drop_index(op.f('ix_shift_office_id'), table_name='shift')
    op.drop_table('shift')
    op.drop_index(op.f('ix_price_list_item_office_id'), table_name='price_list_item')
    op.drop_table('price_list_item')
    op.drop_index(op.f('ix_plan_office_id'), table_name='plan')
    op.drop_table('plan')
    op.drop_index(op.f('ix_number_counter_office_id'), table_name='number_counter')
    op.drop_table('number_counter')
    op.drop_index(op.f('ix_material_office_id'), table_name='material')
    op.drop_table('material')
    op.drop_index(op.f('ix_installer_office_id'), table_name='installer')
    op.drop_table('installer')
    op.drop_table('idempotency_key')
    op.drop_index(op.f('ix_employee_office_id'), table_name='employee')
    op.drop_table('employee')
    op.drop_index('ix_customer_search_terms', table_name='customer', postgresql_using='gin')
    op.drop_index(op.f('ix_customer_office_id'), table_name='customer')
    op.drop_index('ix_customer_name', table_name='customer')
    op.drop_index('ix_customer_id_number_trace', table_name='customer')
    op.drop_table('customer')
    op.drop_index(op.f('ix_community_office_id'), table_name='community')
    op.drop_table('community')
    op.drop_index(op.f('ix_business_type_office_id'), table_name='business_type')
    op.drop_table('business_type')
    op.drop_index(op.f('ix_broadband_policy_office_id'), table_name='broadband_policy')
    op.drop_table('broadband_policy')
    op.drop_table('ab_user_role')
    op.drop_index('idx_user_id', table_name='ab_user_group')
    op.drop_index('idx_user_group_id', table_name='ab_user_group')
    op.drop_table('ab_user_group')
    op.drop_index('idx_view_menu_id', table_name='ab_permission_view')
    op.drop_index('idx_permission_id', table_name='ab_permission_view')
    op.drop_table('ab_permission_view')
    op.drop_index('idx_group_role_id', table_name='ab_group_role')
    op.drop_index('idx_group_id', table_name='ab_group_role')
    op.drop_table('ab_group_role')
    op.drop_index('idx_api_key_user_id', table_name='ab_api_key')
    op.drop_index('idx_api_key_prefix', table_name='ab_api_key')
    op.drop_index('idx_api_key_lookup_hash', table_name='ab_api_key')
    op.drop_table('ab_api_key')
    op.drop_table('sign_in_failure')
    op.drop_table('office')
    op.drop_table('ab_view_menu')
    op.drop_table('ab_user')
    op.drop_table('ab_role')
    op.drop_table('ab_register_user')
    op.drop_table('ab_permission')
    op.drop_table('ab_group')
