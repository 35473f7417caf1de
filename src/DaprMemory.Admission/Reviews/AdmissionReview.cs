namespace DaprMemory.Admission.Reviews;

/// <summary>A question of the API server, or our answer to one (<c>admission.k8s.io/v1</c>).</summary>
/// <param name="ApiVersion">The version of this form.</param>
/// <param name="Kind">Always <c>AdmissionReview</c>.</param>
/// <param name="Request">The question.</param>
/// <param name="Response">The answer.</param>
internal sealed record AdmissionReview(string? ApiVersion, string? Kind, AdmissionRequest? Request = null, AdmissionResponse? Response = null)
{
    public const string CurrentVersion = "admission.k8s.io/v1";

    public const string KindName = "AdmissionReview";
}

/// <summary>May this be done?</summary>
/// <param name="Uid">Comes back in the answer.</param>
/// <param name="Kind">What it is done to.</param>
/// <param name="Namespace">Where; absent for what is in none.</param>
/// <param name="Name">The object's name; absent if the API server is to choose it.</param>
/// <param name="Operation"><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</param>
/// <param name="Object">The object as it is to be.</param>
/// <param name="OldObject">The object as it is.</param>
internal sealed record AdmissionRequest(
    string? Uid, GroupKind? Kind, string? Namespace, string? Name, string? Operation, KubernetesObject? Object, KubernetesObject? OldObject);

/// <summary>A kind of objects.</summary>
internal sealed record GroupKind(string? Group, string? Kind);

/// <summary>It may, or it may not, and why.</summary>
internal sealed record AdmissionResponse(string Uid, bool Allowed, ResponseStatus? Status = null);

/// <summary>What the user is told.</summary>
internal sealed record ResponseStatus(int Code, string Reason, string Message);
