-- A pass over the samples of a run that is spread over workers, while it is under way.
create table shard_pass (
    job_id uuid    not null,
    run    integer not null,
    pass   text    not null,
    kind   text    not null,
    part   integer not null,
    -- The file with what a worker needs for the pass, and the digest of its content: shards of other weights don't mix.
    state  text    not null,
    digest bytea   not null,
    device text    not null,
    primary key (job_id, run, pass),
    foreign key (job_id, run) references run on delete cascade
);

-- Claimed like a run: the fence is raised before the work, and what is written under an older one hits no row.
create table shard (
    job_id       uuid     not null,
    run          integer  not null,
    pass         text     not null,
    number       integer  not null,
    first_sample integer  not null,
    end_sample   integer  not null check (end_sample > first_sample),
    status       text     not null default 'QUEUED' check (status in ('QUEUED', 'RUNNING', 'DONE')),
    fence        bigint   not null default 0,
    attempts     smallint not null default 0 check (attempts >= 0),
    worker       text,
    heartbeat_at timestamptz,
    file         text,
    primary key (job_id, run, pass, number),
    foreign key (job_id, run, pass) references shard_pass on delete cascade,
    check ((file is not null) = (status = 'DONE'))
);
