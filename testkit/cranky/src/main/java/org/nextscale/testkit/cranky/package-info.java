/**
 * Plugins that do what their contracts forbid, one of each kind, all called {@code cranky}: for hosts to see that a bad plugin harms
 * its own request and nothing else. Each is told its mood.
 */
package org.nextscale.testkit.cranky;
