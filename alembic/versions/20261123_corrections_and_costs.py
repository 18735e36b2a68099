"""What was on air beside each decision; second opinions and corrections found without reading every decision."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_corrections_and_costs"
down_revision = "20261122_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("ai_logs", sa.Column("featured_sku", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_ai_logs_second_opinions",
        "ai_logs",
        ["store_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("prompt IS NOT NULL"),
    )
    op.create_index(
        "ix_ai_logs_corrected", "ai_logs", ["store_id"], unique=False, postgresql_where=sa.text("correction <> '{}'")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_ai_logs_corrected", table_name="ai_logs", postgresql_where=sa.text("correction <> '{}'"))
    op.drop_index("ix_ai_logs_second_opinions", table_name="ai_logs", postgresql_where=sa.text("prompt IS NOT NULL"))
    op.drop_column("ai_logs", "featured_sku")
