/// What a tool that was started here does, or did.
struct JobPage: Page {
  let title: String
  let job: JobView
  var refresh: Int? { job.isRunning ? 2 : nil }

  init(_ job: JobView) { (title, self.job) = (job.title, job) }

  static let template = PageTemplate(
    name: "job",
    text: """
      {{#page}}<h1>{{title}}</h1>
      <p class="message {{job.css}}" role="status">{{job.state}}</p>
      {{#job.progress}}<p>{{.}}</p>{{/job.progress}}
      {{#job.output}}<pre>{{.}}</pre>{{/job.output}}
      <p><a href="{{prefix}}{{job.back}}">Back</a></p>{{/page}}
      """)
}
