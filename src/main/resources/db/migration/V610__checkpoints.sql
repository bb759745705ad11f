-- The files to go on from, the newest first, written under the run's fence like all else of it.
alter table run add column checkpoints text[] not null default '{}';
