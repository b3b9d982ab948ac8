CREATE TABLE "account" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"person" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"token" bigserial PRIMARY KEY NOT NULL,
	"submission" uuid NOT NULL,
	"stage" text NOT NULL,
	"n" integer NOT NULL,
	"worker" text NOT NULL,
	"lease_until" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'leased' NOT NULL,
	"fault" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "attempt_once" UNIQUE("submission","stage","n")
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "blob" (
	"hash" text PRIMARY KEY NOT NULL,
	"packed" "bytea" NOT NULL,
	"size" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draft" (
	"person" text NOT NULL,
	"question" text NOT NULL,
	"engine" text NOT NULL,
	"content" jsonb NOT NULL,
	"revision" integer NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "draft_person_question_engine_pk" PRIMARY KEY("person","question","engine")
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"submission" uuid PRIMARY KEY NOT NULL,
	"outcome" text NOT NULL,
	"kind" text NOT NULL,
	"images" text NOT NULL,
	"token" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "interview" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organisation" uuid NOT NULL,
	"title" text NOT NULL,
	"question" text NOT NULL,
	"engines" text[] NOT NULL,
	"minutes" integer NOT NULL,
	"attempts" integer NOT NULL,
	"anonymised" boolean NOT NULL,
	"revealed_at" timestamp with time zone,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organisation" uuid NOT NULL,
	"interview" uuid,
	"role" text,
	"email" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "invitation_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "judge_call" (
	"key" text PRIMARY KEY NOT NULL,
	"call" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "judge_failure" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"spoilt" boolean NOT NULL,
	"call" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "judge_spending" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"day" text NOT NULL,
	"key" text NOT NULL,
	"usd" double precision NOT NULL,
	"settled" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mark" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"submission" uuid NOT NULL,
	"criterion" text NOT NULL,
	"verdict" text NOT NULL,
	"quote" text,
	"reason" text NOT NULL,
	"by" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "membership" (
	"organisation" uuid NOT NULL,
	"person" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "membership_organisation_person_pk" PRIMARY KEY("organisation","person")
);
--> statement-breakpoint
CREATE TABLE "organisation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"submission" uuid PRIMARY KEY NOT NULL,
	"stage" text NOT NULL,
	"n" integer NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"role" text DEFAULT 'candidate' NOT NULL,
	CONSTRAINT "person_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "progress" (
	"submission" uuid PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"phases" jsonb NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "question" (
	"id" text PRIMARY KEY NOT NULL,
	"content" jsonb NOT NULL,
	"statement" text NOT NULL,
	"workload_hash" text NOT NULL,
	"interview_only" boolean NOT NULL,
	"rubric" text NOT NULL,
	"folder_rubric" text NOT NULL,
	"loaded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"submission" uuid NOT NULL,
	"rubric" text NOT NULL,
	"cause" text NOT NULL,
	"content" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rubric_version" (
	"hash" text PRIMARY KEY NOT NULL,
	"question" text NOT NULL,
	"version" integer NOT NULL,
	"content" jsonb NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "score" (
	"report" uuid NOT NULL,
	"criterion" text NOT NULL,
	"kind" text NOT NULL,
	"points" double precision,
	"out_of" double precision NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "score_report_criterion_pk" PRIMARY KEY("report","criterion")
);
--> statement-breakpoint
CREATE TABLE "seen" (
	"person" text NOT NULL,
	"question" text NOT NULL,
	"what" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "seen_person_question_what_pk" PRIMARY KEY("person","question","what")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"person" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "sitting" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"interview" uuid NOT NULL,
	"person" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"deadline_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "sitting_once" UNIQUE("interview","person")
);
--> statement-breakpoint
CREATE TABLE "submission" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person" text NOT NULL,
	"question" text NOT NULL,
	"engine" text NOT NULL,
	"sitting" uuid,
	"quick" boolean NOT NULL,
	"content" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"design_hash" text NOT NULL,
	"rubric" text NOT NULL,
	"priority" integer NOT NULL,
	"idempotency_key" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"tries" integer DEFAULT 1 NOT NULL,
	"faults" integer DEFAULT 0 NOT NULL,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"remark" text,
	"reused_from" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"rejected" boolean,
	"total" double precision,
	"measured" double precision,
	"band" text,
	"measured_band" text,
	"waits" boolean DEFAULT false NOT NULL,
	CONSTRAINT "submission_once" UNIQUE("person","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "turn" (
	"person" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_submission_submission_id_fk" FOREIGN KEY ("submission") REFERENCES "public"."submission"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft" ADD CONSTRAINT "draft_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_submission_submission_id_fk" FOREIGN KEY ("submission") REFERENCES "public"."submission"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_outcome_blob_hash_fk" FOREIGN KEY ("outcome") REFERENCES "public"."blob"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "interview" ADD CONSTRAINT "interview_organisation_organisation_id_fk" FOREIGN KEY ("organisation") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "interview" ADD CONSTRAINT "interview_created_by_person_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."person"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organisation_organisation_id_fk" FOREIGN KEY ("organisation") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_interview_interview_id_fk" FOREIGN KEY ("interview") REFERENCES "public"."interview"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_created_by_person_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."person"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "mark_submission_submission_id_fk" FOREIGN KEY ("submission") REFERENCES "public"."submission"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "mark_by_person_id_fk" FOREIGN KEY ("by") REFERENCES "public"."person"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership" ADD CONSTRAINT "membership_organisation_organisation_id_fk" FOREIGN KEY ("organisation") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership" ADD CONSTRAINT "membership_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_submission_submission_id_fk" FOREIGN KEY ("submission") REFERENCES "public"."submission"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "progress" ADD CONSTRAINT "progress_submission_submission_id_fk" FOREIGN KEY ("submission") REFERENCES "public"."submission"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_submission_submission_id_fk" FOREIGN KEY ("submission") REFERENCES "public"."submission"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_content_blob_hash_fk" FOREIGN KEY ("content") REFERENCES "public"."blob"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rubric_version" ADD CONSTRAINT "rubric_version_created_by_person_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."person"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "score" ADD CONSTRAINT "score_report_report_id_fk" FOREIGN KEY ("report") REFERENCES "public"."report"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seen" ADD CONSTRAINT "seen_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sitting" ADD CONSTRAINT "sitting_interview_interview_id_fk" FOREIGN KEY ("interview") REFERENCES "public"."interview"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sitting" ADD CONSTRAINT "sitting_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turn" ADD CONSTRAINT "turn_person_person_id_fk" FOREIGN KEY ("person") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_of_person" ON "account" USING btree ("person");--> statement-breakpoint
CREATE UNIQUE INDEX "attempt_leased" ON "attempt" USING btree ("submission") WHERE state = 'leased';--> statement-breakpoint
CREATE INDEX "attempt_lease" ON "attempt" USING btree ("lease_until") WHERE state = 'leased';--> statement-breakpoint
CREATE INDEX "audit_by_subject" ON "audit" USING btree ("subject","id");--> statement-breakpoint
CREATE INDEX "evidence_of_blob" ON "evidence" USING btree ("outcome");--> statement-breakpoint
CREATE INDEX "interview_of_organisation" ON "interview" USING btree ("organisation","created_at");--> statement-breakpoint
CREATE INDEX "invitation_of_organisation" ON "invitation" USING btree ("organisation","created_at");--> statement-breakpoint
CREATE INDEX "invitation_of_interview" ON "invitation" USING btree ("interview") WHERE interview is not null;--> statement-breakpoint
CREATE INDEX "judge_failure_by_key" ON "judge_failure" USING btree ("key") WHERE spoilt;--> statement-breakpoint
CREATE INDEX "judge_spending_of_day" ON "judge_spending" USING btree ("day");--> statement-breakpoint
CREATE INDEX "mark_of_submission" ON "mark" USING btree ("submission");--> statement-breakpoint
CREATE INDEX "membership_of_person" ON "membership" USING btree ("person");--> statement-breakpoint
CREATE INDEX "outbox_sent" ON "outbox" USING btree ("sent_at") WHERE sent_at is not null;--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("stage","due_at") WHERE sent_at is null;--> statement-breakpoint
CREATE INDEX "report_of_submission" ON "report" USING btree ("submission","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "report_graded_once" ON "report" USING btree ("submission") WHERE cause = 'grading';--> statement-breakpoint
CREATE INDEX "report_of_blob" ON "report" USING btree ("content");--> statement-breakpoint
CREATE INDEX "rubric_of_question" ON "rubric_version" USING btree ("question","created_at");--> statement-breakpoint
CREATE INDEX "session_of_person" ON "session" USING btree ("person");--> statement-breakpoint
CREATE INDEX "sitting_of_person" ON "sitting" USING btree ("person");--> statement-breakpoint
CREATE INDEX "submission_of_person" ON "submission" USING btree ("person","created_at");--> statement-breakpoint
CREATE INDEX "submission_of_question" ON "submission" USING btree ("person","question","created_at");--> statement-breakpoint
CREATE INDEX "submission_of_design" ON "submission" USING btree ("design_hash","person");--> statement-breakpoint
CREATE INDEX "submission_of_sitting" ON "submission" USING btree ("sitting") WHERE sitting is not null;--> statement-breakpoint
CREATE INDEX "submission_active" ON "submission" USING btree ("person") WHERE state in ('queued', 'running', 'measured', 'grading');--> statement-breakpoint
CREATE INDEX "submission_running" ON "submission" USING btree ("person") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "submission_waits" ON "submission" USING btree ("changed_at") WHERE waits;--> statement-breakpoint
CREATE INDEX "verification_by_identifier" ON "verification" USING btree ("identifier");