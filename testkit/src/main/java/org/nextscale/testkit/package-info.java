/**
 * Suites that plugins are tested by: a plugin's test extends the suite of its kind and says what is to be plugged in. The engine is
 * on the test's class path, and finds the plugin in {@code META-INF/services} as a program would.
 */
package org.nextscale.testkit;
