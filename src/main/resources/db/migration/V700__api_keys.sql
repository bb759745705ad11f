create table api_key (
    id         uuid        primary key,
    name       text        not null,
    scope      text        not null check (scope in ('read', 'submit', 'admin')),
    -- The key itself is shown once and kept nowhere.
    sha256     bytea       not null unique check (length(sha256) = 32),
    created_by text,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);

create unique index api_key_name_in_use on api_key (name) where revoked_at is null;
create index api_key_newest on api_key (created_at desc, id);
