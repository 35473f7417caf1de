namespace DaprMemory.Checker.Checks;

/// <summary>What a check found.</summary>
/// <param name="Violations">The broken promises, by promise.</param>
/// <param name="Undecided">The keys, as <c>space/key</c>, for which the search gave up; for them only the order of the ETags was judged.</param>
public sealed record CheckReport(IReadOnlyList<Violation> Violations, IReadOnlyList<string> Undecided);
