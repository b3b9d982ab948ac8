/** Every address of the app. Pages are loaded when they are gone to; the catalogue comes with the frame. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router"
import { me, queryClient } from "./api/queries.ts"
import { Catalogue } from "./catalogue/catalogue.tsx"
import { Frame } from "./frame/frame.tsx"
import { Loading } from "./frame/loading.tsx"
import { NotFound, Problem } from "./frame/problem.tsx"

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound })

/** Whoever is not signed in signs in first, and comes back to where they were going. */
async function signedIn({ location }: { location: { href: string } }): Promise<void> {
  const person = await queryClient.ensureQueryData(me).catch(() => undefined)
  // Where nobody answered, the page itself says so.
  if (person === null) throw redirect({ to: "/sign-in", search: { back: location.href } })
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined)

const routes = [
  createRoute({ getParentRoute: () => root, path: "/", component: Catalogue }),
  createRoute({
    getParentRoute: () => root,
    path: "/questions/$question",
    /** Whose model answer is looked for. */
    validateSearch: (search): { engine?: string } => {
      const engine = text(search.engine)
      return engine === undefined ? {} : { engine }
    },
    component: lazyRouteComponent(() => import("./question/question.tsx"), "QuestionPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/questions/$question/work/$engine",
    validateSearch: (search): { sitting?: string } => {
      const sitting = text(search.sitting)
      return sitting === undefined ? {} : { sitting }
    },
    beforeLoad: signedIn,
    component: lazyRouteComponent(() => import("./workbench/workbench.tsx"), "WorkbenchPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/submissions/$submission",
    beforeLoad: signedIn,
    component: lazyRouteComponent(() => import("./submission/submission.tsx"), "SubmissionPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/submissions/$submission/compare/$other",
    beforeLoad: signedIn,
    component: lazyRouteComponent(() => import("./compare/compare.tsx"), "ComparePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/samples/$submission",
    component: lazyRouteComponent(() => import("./report/sample.tsx"), "SamplePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/history",
    beforeLoad: signedIn,
    component: lazyRouteComponent(() => import("./history/history.tsx"), "HistoryPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account",
    beforeLoad: signedIn,
    component: lazyRouteComponent(() => import("./account/account.tsx"), "AccountPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/sittings/$sitting",
    beforeLoad: signedIn,
    component: lazyRouteComponent(() => import("./question/sitting.tsx"), "SittingPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/invitation",
    component: lazyRouteComponent(() => import("./account/invitation.tsx"), "InvitationPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/sign-in",
    validateSearch: back,
    component: lazyRouteComponent(() => import("./account/sign-in.tsx"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/sign-up",
    validateSearch: back,
    component: lazyRouteComponent(() => import("./account/sign-up.tsx"), "SignUpPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/forgotten-password",
    component: lazyRouteComponent(() => import("./account/passwords.tsx"), "ForgottenPasswordPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/new-password",
    validateSearch: (search): { token?: string } => {
      const token = text(search.token)
      return token === undefined ? {} : { token }
    },
    component: lazyRouteComponent(() => import("./account/passwords.tsx"), "NewPasswordPage"),
  }),
]

/** Only to places of our own. */
function back(search: Record<string, unknown>): { back?: string } {
  const to = text(search.back)
  return to !== undefined && /^\/(?![/\\])/.test(to) ? { back: to } : {}
}

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: "intent",
  defaultPendingComponent: Loading,
  defaultErrorComponent: Problem,
  scrollRestoration: true,
})

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router
  }
}
