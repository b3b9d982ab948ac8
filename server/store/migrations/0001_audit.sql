-- The log of who did what is appended to and never changed, whoever asks.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;
--> statement-breakpoint
create trigger audit_append_only before update or delete on audit for each row execute function refuse_audit_change();
--> statement-breakpoint
create trigger audit_no_truncate before truncate on audit for each statement execute function refuse_audit_change();
