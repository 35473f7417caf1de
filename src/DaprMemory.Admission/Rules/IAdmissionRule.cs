using DaprMemory.Admission.Reviews;

namespace DaprMemory.Admission.Rules;

/// <summary>Rules about one kind of objects.</summary>
internal interface IAdmissionRule
{
    /// <summary>The kind.</summary>
    GroupKind Kind { get; }

    /// <summary>Says what speaks against a change.</summary>
    /// <param name="request">What is to be done. It has an object.</param>
    /// <param name="where">Whose the namespace is.</param>
    /// <returns>All reasons, each a sentence for who made the change; none: it may be done.</returns>
    IEnumerable<string> Check(AdmissionRequest request, NamespaceOwner where);
}
