"""`uuidv7()` for servers before PostgreSQL 18, which bring it themselves."""

from alembic import op

revision = "20261121_uuidv7"
down_revision = None
branch_labels = None
depends_on = None

# RFC 9562: 48 bits of Unix milliseconds, then random bits, with version and variant in their places.
FALLBACK = """
DO $migration$
BEGIN
    IF current_setting('server_version_num')::int < 180000 THEN
        CREATE OR REPLACE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $function$
            SELECT encode(
                set_bit(set_bit(overlay(
                    uuid_send(gen_random_uuid())
                    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                    FROM 1 FOR 6
                ), 52, 1), 53, 1), 'hex')::uuid
        $function$;
    END IF;
END
$migration$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(FALLBACK)


def downgrade() -> None:
    op.execute("DROP FUNCTION IF EXISTS public.uuidv7()")
