/** Stand-ins that cost nothing, for tests of what is around them. */
package org.nextscale.testkit.fake;
