create table job (
    id              uuid        primary key,
    -- What its runs do: scoring, or another kind of work.
    kind            text        not null,
    version         bigint      not null,
    status          text        not null check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    priority        smallint    not null,
    dataset_id      uuid        not null,
    dataset         text        not null,
    -- The model as it was registered when the job came: a later model of the same name changes nothing.
    model           jsonb       not null,
    request         jsonb       not null,
    runs            integer     not null check (runs between 1 and 1000),
    -- Who asked for it: key:<name> or jwt:<subject>; null for a caller without credentials. An idempotency key is its caller's.
    created_by      text,
    idempotency_key text,
    request_digest  bytea       not null,
    -- What came of it, by its kind; null before it has succeeded.
    result          jsonb,
    error_title     text,
    error_detail    text,
    -- Counted before the work, as a run's: a publication that takes its process down is not tried for ever.
    finish_attempts smallint    not null default 0,
    created_at      timestamptz not null,
    started_at      timestamptz,
    finished_at     timestamptz,
    check ((finished_at is not null) = (status in ('SUCCEEDED', 'FAILED', 'CANCELLED'))),
    check ((error_title is not null) = (status = 'FAILED'))
);

create unique index job_idempotency_key on job (coalesce(created_by, ''), idempotency_key);
create index job_waiting on job (created_by) where status = 'QUEUED';

create index job_newest on job (kind, created_at desc, id);
create index job_newest_of_dataset on job (kind, dataset, created_at desc);
create index job_under_way on job (dataset_id) where status in ('QUEUED', 'RUNNING');

-- Written once a second while it runs: room on the page keeps these updates off the indexes.
create table run (
    job_id             uuid             not null references job on delete cascade,
    number             integer          not null check (number >= 0),
    seed               bigint           not null,
    status             text             not null check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'DROPPED')),
    -- Raised at every claim; whoever writes under an older one has lost the run.
    fence              bigint           not null default 0,
    attempts           smallint         not null default 0 check (attempts >= 0),
    worker             text,
    phase              text check (phase in ('TRAIN', 'SCORE')),
    epoch              integer          not null default 0,
    fraction           double precision not null default 0 check (fraction between 0 and 1),
    samples_per_second double precision,
    train_accuracy     double precision,
    test_accuracy      double precision,
    seconds            double precision,
    history            jsonb,
    -- What it found, where its kind makes a document of that.
    result             jsonb,
    last_error         text,
    claimed_at         timestamptz,
    -- The first step that this claim showed: from there to the last heartbeat its worker's pace is measured.
    paced_from         double precision,
    paced_at           timestamptz,
    heartbeat_at       timestamptz,
    finished_at        timestamptz,
    primary key (job_id, number)
) with (fillfactor = 50);

create index run_at_work on run (worker) where status = 'RUNNING';

-- Whatever a fault does to the code above it, an end stays the end.
create function refuse_to_leave_an_end() returns trigger language plpgsql as $$
begin
    raise exception 'the % is % and stays so', tg_table_name, old.status using errcode = 'check_violation';
end $$;

create trigger job_end before update of status on job for each row
    when (old.status in ('SUCCEEDED', 'FAILED', 'CANCELLED') and new.status <> old.status)
    execute function refuse_to_leave_an_end();

create trigger run_end before update of status on run for each row
    when (old.status in ('SUCCEEDED', 'FAILED', 'DROPPED') and new.status <> old.status)
    execute function refuse_to_leave_an_end();

-- The processes that work on runs, by their own account; a heartbeat is the database's time.
create table worker (
    id           text        primary key,
    role         text        not null check (role in ('ALL', 'WORKER')),
    version      text        not null,
    draining     boolean     not null default false,
    devices      jsonb       not null,
    started_at   timestamptz not null,
    heartbeat_at timestamptz not null
);
