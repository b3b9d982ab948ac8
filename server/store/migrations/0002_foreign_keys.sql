CREATE INDEX "interview_by_person" ON "interview" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "invitation_by_person" ON "invitation" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "mark_by_person" ON "mark" USING btree ("by");--> statement-breakpoint
CREATE INDEX "rubric_by_person" ON "rubric_version" USING btree ("created_by");