/// The version of the suite, of every tool alike.
package let suiteVersion = "0.1.0"
