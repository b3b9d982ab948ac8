ALTER TABLE "judge_call" ALTER COLUMN "call" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "judge_failure" ALTER COLUMN "call" SET DATA TYPE json;